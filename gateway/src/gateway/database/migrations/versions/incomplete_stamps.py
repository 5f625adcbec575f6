"""Stamps that wait for witnesses are found without reading all others."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.execute("CREATE INDEX stamps_incomplete ON stamps (number) WHERE complete_at IS NULL")

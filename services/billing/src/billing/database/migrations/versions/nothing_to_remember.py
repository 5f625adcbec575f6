"""Each close looks at all that is not settled: nothing has to be remembered for it."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop what had been remembered; it said nothing that the issuances do not."""
    op.execute("DROP TABLE billing.unended")

"""What officers stop, how often persons were refused or served."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STEPS: tuple[str, ...] = ()


def upgrade() -> None:
    """Make the tables."""
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    """Nothing to remove yet."""

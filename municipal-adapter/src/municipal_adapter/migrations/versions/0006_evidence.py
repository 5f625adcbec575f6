"""Evidence of what did not pass, sealed to the municipality."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STEPS: tuple[str, ...] = ()


def upgrade() -> None:
    """Make the tables."""
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    """Nothing to remove yet."""

"""What batches and change events brought into the own tables."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STEPS: tuple[str, ...] = ()


def upgrade() -> None:
    """Make the tables."""
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    """Nothing to remove yet."""

"""What a witness had seen as of a moment is found without reading all stamps since."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.execute("CREATE INDEX witnessed_stamps_stamped_at ON witnessed_stamps (stamped_at, number)")


def downgrade() -> None:
    """Remove the index."""
    op.execute("DROP INDEX witnessed_stamps_stamped_at")

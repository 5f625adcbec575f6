"""Who doubted: the card of a session by its pseudonym, and the issuances behind a path's stop."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a table."""
    op.execute("ALTER TABLE sessions ADD COLUMN card TEXT")
    op.execute(
        """
        CREATE TABLE doubts (
            stop_id UUID NOT NULL,
            issuance_id UUID NOT NULL,
            site TEXT NOT NULL,
            card TEXT,
            PRIMARY KEY (stop_id, issuance_id)
        )
        """
    )

"""Keys of the pseudonyms that events tell of cardholders."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE cardholder_keys (
        municipality TEXT NOT NULL,
        month DATE NOT NULL,
        key_id UUID NOT NULL,
        sealed BYTEA NOT NULL,
        PRIMARY KEY (municipality, month)
    )
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLE)

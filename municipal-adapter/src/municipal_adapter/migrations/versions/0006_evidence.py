"""Evidence of what did not pass, sealed to the municipality."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

EVIDENCE = """
    CREATE TABLE evidence (
        issuance_id uuid PRIMARY KEY,
        found_at timestamptz NOT NULL DEFAULT madoguchi_now(),
        what text NOT NULL,
        sealed bytea NOT NULL
    )
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(EVIDENCE)


def downgrade() -> None:
    """Remove the table."""
    op.execute("DROP TABLE evidence")

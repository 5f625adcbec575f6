"""Who let a restored witness go on from a stamp that others saw, and why."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STEPS = (
    """
    CREATE TABLE restored_heads (
        number bigint PRIMARY KEY,
        seen_by text NOT NULL,
        officer text NOT NULL,
        reason text NOT NULL,
        at timestamptz NOT NULL DEFAULT madoguchi_now()
    )
    """,
)


def upgrade() -> None:
    """Make the table."""
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    """Remove the table."""
    op.execute("DROP TABLE restored_heads")

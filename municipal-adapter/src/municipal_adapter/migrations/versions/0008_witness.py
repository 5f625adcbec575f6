"""What the municipality has seen of the centre's chain of stamps, and what did not continue it."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STEPS = (
    """
    CREATE TABLE witnessed_stamps (
        number bigint PRIMARY KEY CHECK (number > 0),
        digest text NOT NULL,
        total bigint NOT NULL,
        stamped_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT madoguchi_now()
    )
    """,
    """
    CREATE TABLE stamp_conflicts (
        digest text PRIMARY KEY,
        number bigint NOT NULL,
        token text NOT NULL,
        why text NOT NULL,
        times integer NOT NULL DEFAULT 1,
        first_at timestamptz NOT NULL DEFAULT madoguchi_now(),
        last_at timestamptz NOT NULL DEFAULT madoguchi_now()
    )
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    """Remove the tables."""
    for table in ("stamp_conflicts", "witnessed_stamps"):
        op.execute(f"DROP TABLE {table}")

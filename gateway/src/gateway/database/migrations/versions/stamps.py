"""Stamps over the outbox: batches of audit events, chained, signed and countersigned."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    # The salt is part of the event itself since it travels with it.
    "ALTER TABLE outbox DROP COLUMN salt",
    "ALTER TABLE outbox ADD COLUMN stamp BIGINT",
    "ALTER TABLE outbox ADD COLUMN set_aside TEXT",
    "CREATE INDEX outbox_unstamped ON outbox (position) WHERE stamp IS NULL",
    """
    CREATE TABLE stamps (
        number BIGINT NOT NULL,
        centre TEXT NOT NULL,
        token TEXT NOT NULL,
        digest TEXT NOT NULL,
        root TEXT NOT NULL,
        events INTEGER NOT NULL,
        total BIGINT NOT NULL,
        leaves TEXT[] NOT NULL,
        countersignatures JSONB DEFAULT '{}'::jsonb NOT NULL,
        timestamp BYTEA,
        stamped_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        complete_at timestamptz,
        published_at timestamptz,
        PRIMARY KEY (number)
    )
    """,
    "CREATE INDEX stamps_unpublished ON stamps (number) WHERE published_at IS NULL",
)


def upgrade() -> None:
    """Widen the outbox and make the table."""
    for statement in STATEMENTS:
        op.execute(statement)

"""Stops of municipalities and of paths, and the decisions of named persons."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE stops (
        stop_id UUID NOT NULL,
        incident UUID NOT NULL,
        municipality TEXT NOT NULL,
        terminal TEXT,
        site TEXT,
        cause TEXT NOT NULL,
        what TEXT NOT NULL,
        issuance_id UUID,
        accepted_on DATE,
        strikes INTEGER DEFAULT 1 NOT NULL,
        stopped_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        last_struck_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        released_at timestamptz,
        released_by TEXT,
        finding TEXT,
        reason TEXT,
        PRIMARY KEY (stop_id),
        CONSTRAINT stops_released_by_somebody CHECK (
            (released_at IS NULL) = (released_by IS NULL)
            AND (released_at IS NULL) = (finding IS NULL)
            AND (released_at IS NULL) = (reason IS NULL))
    )
    """,
    """
    CREATE UNIQUE INDEX stops_in_force ON stops (municipality, (coalesce(terminal, '')), cause)
    WHERE released_at IS NULL
    """,
    """
    CREATE TABLE decisions (
        issuance_id UUID NOT NULL,
        decided_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        state TEXT NOT NULL,
        decided_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (issuance_id, decided_at)
    )
    """,
    """
    CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE ON decisions
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in TABLES:
        op.execute(statement)

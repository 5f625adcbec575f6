"""What arrived at a municipality of the coins in its own machines."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE billing.arrivals (
        position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        terminal TEXT NOT NULL,
        municipality TEXT NOT NULL,
        day DATE NOT NULL,
        yen BIGINT NOT NULL CHECK (yen >= 0),
        recorded_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        recorded_at timestamptz DEFAULT madoguchi_now() NOT NULL
    )
    """,
    "CREATE INDEX arrivals_day ON billing.arrivals (terminal, day, position)",
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.arrivals
    FOR EACH ROW EXECUTE FUNCTION billing.refuse_change()
    """,
    """
    CREATE TRIGGER not_truncated BEFORE TRUNCATE ON billing.arrivals
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change()
    """,
    "GRANT SELECT, INSERT ON billing.arrivals TO madoguchi_billing",
)


def upgrade() -> None:
    """Make the table; of a machine and day its last row counts."""
    for statement in STATEMENTS:
        op.execute(statement)

"""Invoices are kept as they were made."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE billing.invoices (
        number TEXT PRIMARY KEY,
        period TEXT NOT NULL REFERENCES billing.periods (period),
        body JSONB NOT NULL,
        digest TEXT NOT NULL,
        recorded_by TEXT NOT NULL,
        made_at timestamptz DEFAULT madoguchi_now() NOT NULL
    )
    """,
    "CREATE INDEX invoices_period ON billing.invoices (period)",
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.invoices
    FOR EACH ROW EXECUTE FUNCTION billing.refuse_change()
    """,
    """
    CREATE TRIGGER not_truncated BEFORE TRUNCATE ON billing.invoices
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change()
    """,
    "GRANT SELECT, INSERT ON billing.invoices TO madoguchi_billing",
)


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        op.execute(statement)

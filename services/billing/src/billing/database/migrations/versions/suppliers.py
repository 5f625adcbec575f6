"""Who supplied the commissions of a period is kept by its close: its invoices are theirs."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE billing.suppliers (
        period TEXT NOT NULL,
        chain TEXT NOT NULL,
        supplier JSONB NOT NULL,
        PRIMARY KEY (period, chain)
    )
    """,
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.suppliers
    FOR EACH ROW EXECUTE FUNCTION billing.refuse_change()
    """,
    """
    CREATE TRIGGER not_truncated BEFORE TRUNCATE ON billing.suppliers
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change()
    """,
    """
    CREATE TRIGGER of_an_open_period BEFORE INSERT ON billing.suppliers
    FOR EACH ROW EXECUTE FUNCTION billing.check_open()
    """,
    "GRANT SELECT, INSERT ON billing.suppliers TO madoguchi_billing",
)


def upgrade() -> None:
    """Make the table; of periods that are closed it knows nothing."""
    for statement in STATEMENTS:
        op.execute(statement)

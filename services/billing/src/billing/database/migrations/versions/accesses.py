"""Who looked at statements, invoices, traces and transfer files is recorded."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE billing.accesses (
        position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz DEFAULT madoguchi_now() NOT NULL,
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        why TEXT NOT NULL,
        about JSONB NOT NULL
    )
    """,
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.accesses
    FOR EACH ROW EXECUTE FUNCTION billing.refuse_change()
    """,
    """
    CREATE TRIGGER not_truncated BEFORE TRUNCATE ON billing.accesses
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change()
    """,
    # When it was is the database's word: the service writes the other columns alone.
    """
    GRANT SELECT, INSERT (who, what, why, about) ON billing.accesses TO madoguchi_billing
    """,
)


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        op.execute(statement)

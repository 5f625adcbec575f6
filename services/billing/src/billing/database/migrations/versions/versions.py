"""Of which version a document was made stands beside its body, and with the close of its period.

A body alone could say that it is of a version of which less is known, and less can be compared.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = {"statements": "statement_version", "invoices": "invoice_version"}
"""Tables of documents, each with the column of periods that says what was current then."""
STATEMENTS = tuple(
    statement
    for table, current in KINDS.items()
    for statement in (
        # Of what was closed before, it is not known.
        f"ALTER TABLE billing.periods ADD COLUMN {current} INTEGER NOT NULL DEFAULT 1",
        f"ALTER TABLE billing.{table} ADD COLUMN version INTEGER",
        f"ALTER TABLE billing.{table} DISABLE TRIGGER append_only",
        f"UPDATE billing.{table} SET version = coalesce((body->>'version')::integer, 1)",  # noqa: S608 (names of tables)
        f"ALTER TABLE billing.{table} ENABLE TRIGGER append_only",
        f"ALTER TABLE billing.{table} ALTER COLUMN version SET NOT NULL",
    )
)


def upgrade() -> None:
    """Add the columns; documents that are kept are of the version that they say."""
    for statement in STATEMENTS:
        op.execute(statement)

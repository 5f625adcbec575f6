"""Test terminals, and the test papers (見本) that they print: free, never metered, never booked."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the tables: what there is already is no test."""
    for table in ("terminals", "issuances", "outcomes"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN test BOOLEAN NOT NULL DEFAULT false")
    op.execute(
        "ALTER TABLE issuances ADD CONSTRAINT issuances_test_is_free"
        " CHECK (NOT test OR (fee = 0 AND commission = 0))"
    )

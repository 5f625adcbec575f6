"""The municipality's records."""

from alembic import op

from municipal_adapter.records.schema import RECORDS, STATEMENTS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the records."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Remove the tables of the records."""
    for table in reversed(RECORDS):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP TABLE records_version")
    op.execute("DROP FUNCTION records_changed()")
    op.execute("DROP FUNCTION madoguchi_now()")

"""Which events a stamp covers that the centre and its witnesses signed: what reports may count."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "CREATE TABLE covered (digest TEXT NOT NULL, PRIMARY KEY (digest))",
    "CREATE TABLE verified_records (record_digest TEXT NOT NULL, PRIMARY KEY (record_digest))",
)
"""Filled when a stamp is archived; what an older build archived is judged by the next consumer."""


def upgrade() -> None:
    """Make both, append-only like the rest."""
    for statement in TABLES:
        op.execute(statement)
    for table in ("covered", "verified_records"):
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER not_truncated BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )

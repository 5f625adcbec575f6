"""The service's own role: it keeps and reads, and can neither change nor own what is kept."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROLE = "madoguchi_audit_service"
MAKE_ROLE = f"""
    DO $$
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
            CREATE ROLE {ROLE} NOLOGIN;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;  -- another database of this server was migrated at the same moment
    END $$
"""
KEPT = (
    "events",
    "event_keys",
    "stamp_records",
    "covered",
    "verified_records",
    "dead_letters",
    "offsets",
    "accesses",
    "holds",
    "hold_liftings",
    "retention_rules",
)
RIGHTS = (
    *(f"GRANT SELECT, INSERT ON {table} TO {ROLE}" for table in KEPT),
    f"GRANT SELECT ON removals, alembic_version TO {ROLE}",
    f"GRANT UPDATE (next_offset) ON offsets TO {ROLE}",
    f"GRANT UPDATE (sent_at) ON dead_letters TO {ROLE}",
    # Months are made with the rights of whoever owns the archive.
    "ALTER FUNCTION ensure_month(date) SECURITY DEFINER SET search_path = public, pg_temp",
    "REVOKE ALL ON FUNCTION ensure_month(date) FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION ensure_month(date) TO {ROLE}",
)
"""Who owns a table can switch its guards off, so the service owns none."""


def upgrade() -> None:
    """Make the role and give it its rights."""
    for statement in (MAKE_ROLE, *RIGHTS):
        op.execute(statement)

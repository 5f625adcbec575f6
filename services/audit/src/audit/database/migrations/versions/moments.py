"""The service says who, what and why; when it was, the database says."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TOLD = {
    "events": (
        "day, source, event_id, type, subject, sequence, time, municipality, canonical, digest,"
        " terminal, site, kind, build, fonts, templates, records_version"
    ),
    "stamp_records": "centre, number, stamp, stamped_at, record, record_digest",
    "dead_letters": "origin, partition, place, reason, what, key, value, value_sha256",
    "accesses": "who, what, why, about",
    "holds": "hold_id, municipality, subject, first_day, last_day, placed_by, reason",
    "hold_liftings": "hold_id, lifted_by, reason",
    "retention_rules": "municipality, days, set_by, reason",
}
"""All but the moments of recording: nobody who took the service over can date anything back."""


def upgrade() -> None:
    """Leave the service the columns that are told."""
    for table, columns in TOLD.items():
        op.execute(f"REVOKE INSERT ON {table} FROM madoguchi_audit_service")
        op.execute(f"GRANT INSERT ({columns}) ON {table} TO madoguchi_audit_service")

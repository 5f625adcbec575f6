"""What stops issuing, and who decided what."""

from sqlalchemy import Column, Date, DateTime, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import UUID

from gateway.database.schema.columns import NOW, key, metadata, moment, text_column

stops = Table(
    "stops",
    metadata,
    key("stop_id", UUID()),
    Column("incident", UUID, nullable=False),
    Column("municipality", Text, nullable=False),
    text_column("terminal", nullable=True),
    text_column("site", nullable=True),
    text_column("cause"),
    text_column("origin", nullable=True),
    text_column("what"),
    Column("issuance_id", UUID),
    Column("accepted_on", Date),
    Column("strikes", Integer, nullable=False, server_default="1"),
    moment("stopped_at", now=True),
    moment("last_struck_at", now=True),
    moment("released_at", nullable=True),
    text_column("released_by", nullable=True),
    text_column("finding", nullable=True),
    text_column("reason", nullable=True),
    Index(
        "stops_in_force",
        "municipality",
        text("coalesce(terminal, '')"),
        "cause",
        text("coalesce(origin, '')"),
        unique=True,
        postgresql_where=text("released_at IS NULL"),
    ),
)
"""What issues nothing until a named person releases it; read by each statement that releases."""

doubts = Table(
    "doubts",
    metadata,
    key("stop_id", UUID()),
    key("issuance_id", UUID()),
    text_column("site"),
    text_column("card", nullable=True),
)
"""Which issuances struck a stop of their own municipality: where, and by which card's pseudonym."""

decisions = Table(
    "decisions",
    metadata,
    key("issuance_id", UUID()),
    Column("decided_at", DateTime(timezone=True), primary_key=True, server_default=NOW),
    text_column("state"),
    text_column("decided_by"),
    text_column("reason"),
)
"""How named persons ended issuances that were in doubt or in quarantine. Append-only."""

"""Enrolments of terminals: their codes, what terminals ask, what the registrar signed."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from gateway.database.schema.columns import key, metadata, moment, text_column

terminal_withholdings = Table(
    "terminal_withholdings",
    metadata,
    key("terminal", Text()),
    Column("state", Text, CheckConstraint("state IN ('suspended', 'lost')"), nullable=False),
    moment("since", now=True),
    text_column("decided_by"),
    text_column("reason"),
)
"""Terminals that the centre keeps from working, whatever their chain's file says."""

enrolments = Table(
    "enrolments",
    metadata,
    key("enrolment", Text()),
    text_column("terminal"),
    text_column("token"),
    moment("not_after"),
    moment("signed_at", now=True),
    moment("withdrawn_at", nullable=True),
    Column("is_lost", Boolean, nullable=False, server_default="false"),
    Index("enrolments_terminal", "terminal"),
    Index("enrolments_withdrawn", "not_after", postgresql_where=text("withdrawn_at IS NOT NULL")),
)
"""What the registrar signed; a lost one stays withdrawn."""

enrolment_codes = Table(
    "enrolment_codes",
    metadata,
    key("code", UUID()),
    text_column("terminal"),
    moment("made_at", now=True),
    moment("expires_at"),
    text_column("made_by"),
    Column("tries_left", Integer, nullable=False),
    Column("used_by", UUID),
    Index("enrolment_codes_terminal", "terminal"),
)
"""One-time codes: the registrar's secret makes the code itself from the row, which holds none."""

enrolment_requests = Table(
    "enrolment_requests",
    metadata,
    key("request", UUID()),
    text_column("terminal"),
    text_column("asked"),
    moment("asked_at", now=True),
    moment("answered_at", nullable=True),
    text_column("enrolment", nullable=True),
    text_column("problem", nullable=True),
    Index("enrolment_requests_waiting", "asked_at", postgresql_where=text("answered_at IS NULL")),
)
"""What terminals ask of the registrar, and its answer."""

withdrawn_lists = Table(
    "withdrawn_lists",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    text_column("token"),
    text_column("digest"),
    moment("signed_at", now=True),
)
"""The registrar's lists of withdrawn enrolments; the highest counts."""

terminal_sightings = Table(
    "terminal_sightings",
    metadata,
    key("terminal", Text()),
    moment("seen_at"),
    text_column("software"),
)
"""When each terminal last asked for an access token, and what it said it runs."""

"""The gateway's tables as SQLAlchemy knows them; the migrations make them.

Rows of an issuance carry `municipality` and `accepted_on` (Japan's day, fixed at `accepted`) in
every key and are partitioned by month of it. Ids are random. Money is integer yen.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.types import TypeEngine

metadata = MetaData()

NOW = text("madoguchi_now()")
PARTITIONED = ("issuances", "metering_records", "ledger_transfers", "outbox")
"""Tables with a partition for each month (function `ensure_month_partitions`)."""


def _moment(name: str, *, nullable: bool = False, now: bool = False) -> Column[Any]:
    default = NOW if now else None
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _key(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _issuance_key() -> list[Column[Any]]:
    return [_key("municipality", Text()), _key("accepted_on", Date()), _key("issuance_id", UUID())]


municipality_versions = Table(
    "municipality_versions",
    metadata,
    _key("municipality", Text()),
    _key("version", Integer()),
    _moment("loaded_at", now=True),
    _text("digest"),
    Column("body", JSONB, nullable=False),
)
"""Numbered versions of municipality files; the highest is in force."""

chains = Table(
    "chains",
    metadata,
    _key("chain", Text()),
    _text("name"),
)
"""Who runs sites: chains of stores, and cities."""

chain_commissions = Table(
    "chain_commissions",
    metadata,
    Column("chain", Text, ForeignKey("chains.chain"), primary_key=True),
    _key("valid_from", Date()),
    Column("yen", Integer, CheckConstraint("yen >= 0"), nullable=False),
)
"""What a chain gets for one paper from a day on, in yen, its consumption tax included."""

sites = Table(
    "sites",
    metadata,
    _key("site", Text()),
    Column("chain", Text, ForeignKey("chains.chain"), nullable=False),
    _text("name"),
    Column("municipality", Text, nullable=False),
    Column("type", Text, CheckConstraint("type IN ('store', 'city')"), nullable=False),
    _text("opens", nullable=True),
    _text("closes", nullable=True),
)
"""Where terminals stand; hours are those of a city's own place, if it has any."""

terminals = Table(
    "terminals",
    metadata,
    _key("terminal", Text()),
    Column("site", Text, ForeignKey("sites.site"), nullable=False),
    Column("state", Text, CheckConstraint("state IN ('enrolled', 'suspended')"), nullable=False),
)

client_assertions = Table(
    "client_assertions",
    metadata,
    _key("jti", Text()),
    _moment("expires_at"),
    Index("client_assertions_expires_at", "expires_at"),
)
"""Assertions that were used; shared by the replicas, kept until they would have expired."""

sessions = Table(
    "sessions",
    metadata,
    _key("session_id", UUID()),
    Column("municipality", Text, nullable=False),
    _text("terminal"),
    Column("digest", Text, nullable=False, unique=True),
    Column("challenge", Text, nullable=False, unique=True),
    _moment("shown_at"),
    _moment("opened_at"),
    _moment("expires_at"),
    Column("configuration_version", Integer, nullable=False),
    _text("card", nullable=True),
)
"""Sessions by their digests; `card` is a pseudonym (`cardholders.pseudonym`), never the serial.

`shown_at` is when its menu was shown: prices are those of that moment.
"""

cardholder_keys = Table(
    "cardholder_keys",
    metadata,
    _key("municipality", Text()),
    _key("month", Date()),
    Column("key_id", UUID, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""What makes the pseudonyms in events (`cardholders.keys`): opened by a secret that is not here."""

orders = Table(
    "orders",
    metadata,
    _key("order_id", UUID()),
    Column("session_id", UUID, nullable=False),
    _text("terminal"),
    Column("municipality", Text, nullable=False),
    Column("accepted_on", Date, nullable=False),
    Column("idempotency_key", UUID, nullable=False, unique=True),
    Column("body_digest", Text, nullable=False),
    Column("order_digest", Text, nullable=False, unique=True),
    Column("session_digest", Text, nullable=False),
    _text("kind"),
    Column("copies", Integer, nullable=False),
    Column("unit_price", Integer, nullable=False),
    _text("tariff_version"),
    Column("configuration_version", Integer, nullable=False),
    _moment("deadline"),
    _moment("leased_until", nullable=True),
    Column("lease_owner", UUID),
    _moment("created_at", now=True),
)

issuances = Table(
    "issuances",
    metadata,
    *_issuance_key(),
    Column("order_id", UUID, nullable=False),
    Column("session_id", UUID, nullable=False),
    Column("order_digest", Text, nullable=False),
    Column("session_digest", Text, nullable=False),
    Column("copy_number", Integer, nullable=False),
    _text("terminal"),
    _text("site"),
    _text("chain"),
    _text("place"),
    _text("kind"),
    _text("state"),
    Column(
        "channel", Text, CheckConstraint("channel IN ('store', 'city_machine')"), nullable=False
    ),
    Column("fee", Integer, CheckConstraint("fee >= 0"), nullable=False),
    Column("commission", Integer, CheckConstraint("commission >= 0"), nullable=False),
    _text("tariff_version"),
    Column("configuration_version", Integer, nullable=False),
    _moment("deadline"),
    _moment("report_deadline", nullable=True),
    _text("attestation", nullable=True),
    _text("certificate_number", nullable=True),
    Column("pages", Integer),
    Column("document_sha256", Text),
    Column("ciphertext_sha256", Text),
    _text("problem", nullable=True),
    _text("void_reason", nullable=True),
    _text("money", nullable=True),
    Column("event_sequence", Integer, nullable=False, server_default="0"),
    _moment("accepted_at", now=True),
    _moment("prepared_at", nullable=True),
    _moment("delivered_at", nullable=True),
    _moment("paid_at", nullable=True),
    _moment("ended_at", nullable=True),
    Index("issuances_issuance_id", "issuance_id"),
    Index("issuances_order_id", "order_id"),
    Index(
        "issuances_accepted_deadline",
        "deadline",
        postgresql_where=text("state IN ('accepted', 'prepared')"),
    ),
    Index(
        "issuances_report_deadline",
        "report_deadline",
        postgresql_where=text("state IN ('delivered', 'paid')"),
    ),
    postgresql_partition_by="RANGE (accepted_on)",
)

sealed_documents = Table(
    "sealed_documents",
    metadata,
    _key("issuance_id", UUID()),
    Column("municipality", Text, nullable=False),
    Column("accepted_on", Date, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    prefixes=["UNLOGGED"],
)
"""Ciphertext until the issuance ends; lost with a crash of the database, by intention."""

reports = Table(
    "reports",
    metadata,
    _key("terminal", Text()),
    _key("sequence", BigInteger()),
    Column("issuance_id", UUID),
    Column("municipality", Text),
    Column("accepted_on", Date),
    _text("event"),
    _text("token"),
    _moment("received_at", now=True),
    Column("changed_state", Boolean, nullable=False),
    Index("reports_issuance_id", "issuance_id"),
)

metering_records = Table(
    "metering_records",
    metadata,
    *_issuance_key(),
    _text("kind"),
    _text("chain"),
    _text("site"),
    _text("place"),
    _text("channel"),
    Column("yen", Integer, CheckConstraint("yen >= 0"), nullable=False),
    Column("commission", Integer, CheckConstraint("commission >= 0"), nullable=False),
    _text("tariff_version"),
    Column("configuration_version", Integer, nullable=False),
    _moment("completed_at", now=True),
    postgresql_partition_by="RANGE (accepted_on)",
)
"""One for each completed issuance, zero yen included. Append-only."""

ledger_transfers = Table(
    "ledger_transfers",
    metadata,
    Column("transfer_id", UUID, nullable=False, server_default=text("gen_random_uuid()")),
    *_issuance_key(),
    _key("purpose", Text()),
    _text("debit_account"),
    _text("credit_account"),
    Column("yen", Integer, CheckConstraint("yen >= 0"), nullable=False),
    _moment("booked_at", now=True),
    _text("reverses", nullable=True),
    CheckConstraint("debit_account <> credit_account", name="ledger_transfers_moves"),
    postgresql_partition_by="RANGE (accepted_on)",
)
"""Each row moves yen from one account to another, so it cannot be unbalanced. Append-only."""

outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger, Identity(always=True), nullable=False),
    _key("recorded_on", Date()),
    Column("municipality", Text),
    Column("event_id", UUID, nullable=False),
    _key("subject", Text()),
    _key("sequence", Integer()),
    _text("type"),
    Column("canonical", LargeBinary, nullable=False),
    Column("digest", Text, nullable=False),
    _moment("created_at", now=True),
    _moment("published_at", nullable=True),
    Column("stamp", BigInteger),
    Column("set_aside", Text),
    Index("outbox_unpublished", "position", postgresql_where=text("published_at IS NULL")),
    Index("outbox_unstamped", "position", postgresql_where=text("stamp IS NULL")),
    postgresql_partition_by="RANGE (recorded_on)",
)
"""Audit events in their one spelling, until and after a relay has published them.

`stamp` is the number of the stamp whose batch an event is in; `set_aside` says why a relay could
only send a dead letter in its place.
"""

stamps = Table(
    "stamps",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _text("centre"),
    _text("token"),
    _text("digest"),
    _text("root"),
    Column("events", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("leaves", ARRAY(Text()), nullable=False),
    Column("countersignatures", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("timestamp", LargeBinary),
    _moment("stamped_at", now=True),
    _moment("complete_at", nullable=True),
    _moment("published_at", nullable=True),
    Index("stamps_unpublished", "number", postgresql_where=text("published_at IS NULL")),
    Index("stamps_incomplete", "number", postgresql_where=text("complete_at IS NULL")),
)
"""The chain of stamps over the outbox: each a batch of events, in the order of `leaves`.

`countersignatures` holds a token for each witness (municipality); a stamp is complete when enough
have signed.
"""

outcomes = Table(
    "outcomes",
    metadata,
    _key("issuance_id", UUID()),
    Column("municipality", Text, nullable=False),
    Column("accepted_on", Date, nullable=False),
    _text("outcome"),
    _moment("created_at", now=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _moment("next_attempt_at", now=True),
    _moment("acknowledged_at", nullable=True),
    Index(
        "outcomes_unacknowledged",
        "next_attempt_at",
        postgresql_where=text("acknowledged_at IS NULL"),
    ),
)
"""How issuances ended, to be repeated to the adapter until it acknowledges."""

stops = Table(
    "stops",
    metadata,
    _key("stop_id", UUID()),
    Column("incident", UUID, nullable=False),
    Column("municipality", Text, nullable=False),
    _text("terminal", nullable=True),
    _text("site", nullable=True),
    _text("cause"),
    _text("origin", nullable=True),
    _text("what"),
    Column("issuance_id", UUID),
    Column("accepted_on", Date),
    Column("strikes", Integer, nullable=False, server_default="1"),
    _moment("stopped_at", now=True),
    _moment("last_struck_at", now=True),
    _moment("released_at", nullable=True),
    _text("released_by", nullable=True),
    _text("finding", nullable=True),
    _text("reason", nullable=True),
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
    _key("stop_id", UUID()),
    _key("issuance_id", UUID()),
    _text("site"),
    _text("card", nullable=True),
)
"""Which issuances struck a stop of their own municipality: where, and by which card's pseudonym."""

decisions = Table(
    "decisions",
    metadata,
    _key("issuance_id", UUID()),
    Column("decided_at", DateTime(timezone=True), primary_key=True, server_default=NOW),
    _text("state"),
    _text("decided_by"),
    _text("reason"),
)
"""How named persons ended issuances that were in doubt or in quarantine. Append-only."""

caller_failures = Table(
    "caller_failures",
    metadata,
    _key("minute", DateTime(timezone=True)),
    _key("slug", Text()),
    Column("count", BigInteger, nullable=False),
)
"""Requests of unauthenticated callers that ended in a problem, merged by minute."""

terminal_failures = Table(
    "terminal_failures",
    metadata,
    _key("minute", DateTime(timezone=True)),
    _key("terminal", Text()),
    _key("site", Text()),
    _key("slug", Text()),
    Column("count", BigInteger, nullable=False),
)
"""Requests of known terminals beyond the first few of a minute, merged by minute."""

terminal_alarms = Table(
    "terminal_alarms",
    metadata,
    _key("minute", DateTime(timezone=True)),
    _key("terminal", Text()),
    _key("site", Text()),
    _key("alarm", Text()),
    Column("count", BigInteger, nullable=False),
)
"""Alarms that such requests cause beyond the first few of a kind and minute, merged by minute."""

backlog_episodes = Table(
    "backlog_episodes",
    metadata,
    _key("measure", Text()),
    _moment("began_at", now=True),
)
"""In which respects the audit trail is far behind now: for each an alarm was raised, once."""

relay_files = Table(
    "relay_files",
    metadata,
    _key("name", Text()),
    Column("committed_bytes", BigInteger, nullable=False),
)
"""How much of each relay's file is known to be written."""

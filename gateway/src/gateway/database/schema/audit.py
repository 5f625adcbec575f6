"""The way of events outward, and what is merged or noted on it."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from gateway.database.schema.columns import key, metadata, moment, text_column

outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger, Identity(always=True), nullable=False),
    key("recorded_on", Date()),
    Column("municipality", Text),
    Column("event_id", UUID, nullable=False),
    key("subject", Text()),
    key("sequence", Integer()),
    text_column("type"),
    Column("canonical", LargeBinary, nullable=False),
    Column("digest", Text, nullable=False),
    moment("created_at", now=True),
    moment("published_at", nullable=True),
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
    text_column("centre"),
    text_column("token"),
    text_column("digest"),
    text_column("root"),
    Column("events", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("leaves", ARRAY(Text()), nullable=False),
    Column("countersignatures", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("timestamp", LargeBinary),
    moment("stamped_at", now=True),
    moment("complete_at", nullable=True),
    moment("published_at", nullable=True),
    Index("stamps_unpublished", "number", postgresql_where=text("published_at IS NULL")),
    Index("stamps_incomplete", "number", postgresql_where=text("complete_at IS NULL")),
)
"""The chain of stamps over the outbox: each a batch of events, in the order of `leaves`.

`countersignatures` holds a token for each witness (municipality); a stamp is complete when enough
have signed.
"""

caller_failures = Table(
    "caller_failures",
    metadata,
    key("minute", DateTime(timezone=True)),
    key("slug", Text()),
    Column("count", BigInteger, nullable=False),
)
"""Requests of unauthenticated callers that ended in a problem, merged by minute."""

terminal_failures = Table(
    "terminal_failures",
    metadata,
    key("minute", DateTime(timezone=True)),
    key("terminal", Text()),
    key("site", Text()),
    key("slug", Text()),
    Column("count", BigInteger, nullable=False),
)
"""Requests of known terminals beyond the first few of a minute, merged by minute."""

terminal_alarms = Table(
    "terminal_alarms",
    metadata,
    key("minute", DateTime(timezone=True)),
    key("terminal", Text()),
    key("site", Text()),
    key("alarm", Text()),
    Column("count", BigInteger, nullable=False),
)
"""Alarms that such requests cause beyond the first few of a kind and minute, merged by minute."""

backlog_episodes = Table(
    "backlog_episodes",
    metadata,
    key("measure", Text()),
    moment("began_at", now=True),
)
"""In which respects the audit trail is far behind now: for each an alarm was raised, once."""

relay_files = Table(
    "relay_files",
    metadata,
    key("name", Text()),
    Column("committed_bytes", BigInteger, nullable=False),
)
"""How much of each relay's file is known to be written."""

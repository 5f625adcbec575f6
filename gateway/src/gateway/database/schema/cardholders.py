"""Sessions and orders of cardholders."""

from sqlalchemy import Column, Date, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from gateway.database.schema.columns import key, metadata, moment, text_column

sessions = Table(
    "sessions",
    metadata,
    key("session_id", UUID()),
    Column("municipality", Text, nullable=False),
    text_column("terminal"),
    Column("digest", Text, nullable=False, unique=True),
    Column("challenge", Text, nullable=False, unique=True),
    moment("shown_at"),
    moment("opened_at"),
    moment("expires_at"),
    Column("configuration_version", Integer, nullable=False),
    text_column("card", nullable=True),
)
"""Sessions by their digests; `card` is a pseudonym (`cardholders.pseudonym`), never the serial.

`shown_at` is when its menu was shown: prices are those of that moment.
"""

cardholder_keys = Table(
    "cardholder_keys",
    metadata,
    key("municipality", Text()),
    key("month", Date()),
    Column("key_id", UUID, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""What makes the pseudonyms in events (`cardholders.keys`): opened by a secret that is not here."""

orders = Table(
    "orders",
    metadata,
    key("order_id", UUID()),
    Column("session_id", UUID, nullable=False),
    text_column("terminal"),
    Column("municipality", Text, nullable=False),
    Column("accepted_on", Date, nullable=False),
    Column("idempotency_key", UUID, nullable=False, unique=True),
    Column("body_digest", Text, nullable=False),
    Column("order_digest", Text, nullable=False, unique=True),
    Column("session_digest", Text, nullable=False),
    text_column("kind"),
    Column("copies", Integer, nullable=False),
    Column("unit_price", Integer, nullable=False),
    text_column("tariff_version"),
    Column("configuration_version", Integer, nullable=False),
    moment("deadline"),
    moment("leased_until", nullable=True),
    Column("lease_owner", UUID),
    moment("created_at", now=True),
)

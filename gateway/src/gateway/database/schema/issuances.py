"""Issuances, what is reported of them, and the books that each completed one enters."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from gateway.database.schema.columns import issuance_key, key, metadata, moment, text_column

issuances = Table(
    "issuances",
    metadata,
    *issuance_key(),
    Column("order_id", UUID, nullable=False),
    Column("session_id", UUID, nullable=False),
    Column("order_digest", Text, nullable=False),
    Column("session_digest", Text, nullable=False),
    Column("copy_number", Integer, nullable=False),
    text_column("terminal"),
    text_column("site"),
    text_column("chain"),
    text_column("place"),
    text_column("kind"),
    text_column("state"),
    Column(
        "channel", Text, CheckConstraint("channel IN ('store', 'city_machine')"), nullable=False
    ),
    Column("fee", Integer, CheckConstraint("fee >= 0"), nullable=False),
    Column("commission", Integer, CheckConstraint("commission >= 0"), nullable=False),
    text_column("tariff_version"),
    Column("configuration_version", Integer, nullable=False),
    moment("deadline"),
    moment("report_deadline", nullable=True),
    text_column("attestation", nullable=True),
    text_column("certificate_number", nullable=True),
    Column("pages", Integer),
    Column("document_sha256", Text),
    Column("ciphertext_sha256", Text),
    text_column("problem", nullable=True),
    text_column("void_reason", nullable=True),
    text_column("money", nullable=True),
    Column("event_sequence", Integer, nullable=False, server_default="0"),
    moment("accepted_at", now=True),
    moment("prepared_at", nullable=True),
    moment("delivered_at", nullable=True),
    moment("paid_at", nullable=True),
    moment("ended_at", nullable=True),
    Column("test", Boolean, nullable=False, server_default="false"),
    CheckConstraint("NOT test OR (fee = 0 AND commission = 0)", name="issuances_test_is_free"),
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
    key("issuance_id", UUID()),
    Column("municipality", Text, nullable=False),
    Column("accepted_on", Date, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    prefixes=["UNLOGGED"],
)
"""Ciphertext until the issuance ends; lost with a crash of the database, by intention."""

reports = Table(
    "reports",
    metadata,
    key("terminal", Text()),
    key("sequence", BigInteger()),
    Column("issuance_id", UUID),
    Column("municipality", Text),
    Column("accepted_on", Date),
    text_column("event"),
    text_column("token"),
    moment("received_at", now=True),
    Column("changed_state", Boolean, nullable=False),
    Index("reports_issuance_id", "issuance_id"),
)

metering_records = Table(
    "metering_records",
    metadata,
    *issuance_key(),
    text_column("kind"),
    text_column("chain"),
    text_column("site"),
    text_column("place"),
    text_column("channel"),
    Column("yen", Integer, CheckConstraint("yen >= 0"), nullable=False),
    Column("commission", Integer, CheckConstraint("commission >= 0"), nullable=False),
    text_column("tariff_version"),
    Column("configuration_version", Integer, nullable=False),
    moment("completed_at", now=True),
    postgresql_partition_by="RANGE (accepted_on)",
)
"""One for each completed issuance, zero yen included. Append-only."""

ledger_transfers = Table(
    "ledger_transfers",
    metadata,
    Column("transfer_id", UUID, nullable=False, server_default=text("gen_random_uuid()")),
    *issuance_key(),
    key("purpose", Text()),
    text_column("debit_account"),
    text_column("credit_account"),
    Column("yen", Integer, CheckConstraint("yen >= 0"), nullable=False),
    moment("booked_at", now=True),
    text_column("reverses", nullable=True),
    CheckConstraint("debit_account <> credit_account", name="ledger_transfers_moves"),
    postgresql_partition_by="RANGE (accepted_on)",
)
"""Each row moves yen from one account to another, so it cannot be unbalanced. Append-only."""

outcomes = Table(
    "outcomes",
    metadata,
    key("issuance_id", UUID()),
    Column("municipality", Text, nullable=False),
    Column("accepted_on", Date, nullable=False),
    text_column("outcome"),
    Column("test", Boolean, nullable=False, server_default="false"),
    moment("created_at", now=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("next_attempt_at", now=True),
    moment("acknowledged_at", nullable=True),
    Index(
        "outcomes_unacknowledged",
        "next_attempt_at",
        postgresql_where=text("acknowledged_at IS NULL"),
    ),
)
"""How issuances ended, to be repeated to the adapter until it acknowledges."""

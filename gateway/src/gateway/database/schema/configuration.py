"""What is in force: municipalities, chains, sites and terminals."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gateway.database.schema.columns import key, metadata, moment, text_column

municipality_versions = Table(
    "municipality_versions",
    metadata,
    key("municipality", Text()),
    key("version", Integer()),
    moment("loaded_at", now=True),
    text_column("digest"),
    Column("body", JSONB, nullable=False),
)
"""Numbered versions of municipality files; decisions say which one is in force."""

municipality_decisions = Table(
    "municipality_decisions",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    text_column("municipality"),
    text_column("state"),
    Column("version", Integer, nullable=False),
    moment("in_force_from"),
    Column("persons", ARRAY(Text), nullable=False),
    text_column("reason"),
    text_column("signature", nullable=True),
    text_column("report", nullable=True),
    moment("decided_at", now=True),
    ForeignKeyConstraint(
        ["municipality", "version"],
        ["municipality_versions.municipality", "municipality_versions.version"],
    ),
    Index("municipality_decisions_municipality", "municipality", "number"),
)
"""Who decided what about a municipality; the newest whose time has come is in force.

`signature`: the municipality's consent (JWS) to a change of its keys or addresses; `report`: the
digest of a probe's report. No row is ever changed.
"""

probe_reports = Table(
    "probe_reports",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    text_column("digest"),
    text_column("municipality"),
    Column("version", Integer, nullable=False),
    Column("held", Boolean, nullable=False),
    text_column("probed_by"),
    text_column("reason"),
    moment("kept_at", now=True),
    Column("body", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["municipality", "version"],
        ["municipality_versions.municipality", "municipality_versions.version"],
    ),
    Index("probe_reports_municipality", "municipality", "version", "number"),
)
"""What a probe of a version found; `body` is what `digest` names. No row is ever changed."""

chains = Table(
    "chains",
    metadata,
    key("chain", Text()),
    text_column("name"),
)
"""Who runs sites: chains of stores, and cities."""

chain_commissions = Table(
    "chain_commissions",
    metadata,
    Column("chain", Text, ForeignKey("chains.chain"), primary_key=True),
    key("valid_from", Date()),
    Column("yen", Integer, CheckConstraint("yen >= 0"), nullable=False),
)
"""What a chain gets for one paper from a day on, in yen, its consumption tax included."""

sites = Table(
    "sites",
    metadata,
    key("site", Text()),
    Column("chain", Text, ForeignKey("chains.chain"), nullable=False),
    text_column("name"),
    Column("municipality", Text, nullable=False),
    Column("type", Text, CheckConstraint("type IN ('store', 'city')"), nullable=False),
    text_column("opens", nullable=True),
    text_column("closes", nullable=True),
)
"""Where terminals stand; hours are those of a city's own place, if it has any."""

terminals = Table(
    "terminals",
    metadata,
    key("terminal", Text()),
    Column("site", Text, ForeignKey("sites.site"), nullable=False),
    Column("state", Text, CheckConstraint("state IN ('enrolled', 'suspended')"), nullable=False),
    Column("test", Boolean, nullable=False, server_default="false"),
)

places_version = Table(
    "places_version",
    metadata,
    Column("only_one", Boolean, CheckConstraint("only_one"), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""Counts the changes of terminals, sites and commissions; triggers of those tables see to it."""

client_assertions = Table(
    "client_assertions",
    metadata,
    key("jti", Text()),
    moment("expires_at"),
    Index("client_assertions_expires_at", "expires_at"),
)
"""Assertions that were used; shared by the replicas, kept until they would have expired."""

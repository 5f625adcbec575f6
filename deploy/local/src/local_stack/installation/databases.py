"""The databases of an installation: empty, with this build's schema, records and configuration."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
from audit.database.migrate import migrate as migrate_audit
from billing.database.migrate import migrate as migrate_billing
from gateway.database.migrate import migrate as migrate_gateway
from gateway.settings import DecisionSettings
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.enrolment import Enrolment
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.database_time import server_settings
from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire.signed import unverified_payload
from municipal_adapter.cardholders.binding import Binding, Registration
from municipal_adapter.cardholders.registrations import register
from municipal_adapter.database.migrate import migrated as migrated_municipality
from municipal_adapter.synthetic import load as load_records

from local_stack.databases import PostgresServer
from local_stack.in_force import put_in_force
from local_stack.installation.cards import CardHolder, Town
from local_stack.installation.facts import GATEWAY_NAME, MUNICIPALITIES, Facts
from local_stack.installation.layout import Layout

_KEEP_ENROLMENT = """
    INSERT INTO enrolments (enrolment, terminal, token, not_after) VALUES ($1, $2, $3, $4)
"""
_KEEP_LIST = "INSERT INTO withdrawn_lists (number, token, digest) VALUES (1, $1, '')"


@dataclass(frozen=True)
class Servers:
    """The PostgreSQL servers of an installation; they may be the same."""

    centre: PostgresServer
    municipalities: PostgresServer

    @classmethod
    def one(cls, server: PostgresServer) -> "Servers":
        """Return one server as both."""
        return cls(server, server)


def fresh_databases(servers: Servers, prefix: str) -> tuple[str, str, dict[str, str]]:
    """Make the gateway's, the archive's and each municipality's anew; return their addresses."""
    drop_databases(servers, prefix)
    gateway = servers.centre.create_database(f"{prefix}_gateway")
    audit = servers.centre.create_database(f"{prefix}_audit")
    names = {code: f"{prefix}_municipality_{code}" for code in MUNICIPALITIES}
    made = {code: servers.municipalities.create_database(name) for code, name in names.items()}
    return gateway, audit, made


def drop_databases(servers: Servers, prefix: str) -> None:
    """Remove the databases again."""
    servers.centre.drop_database(f"{prefix}_gateway")
    servers.centre.drop_database(f"{prefix}_audit")
    for code in MUNICIPALITIES:
        servers.municipalities.drop_database(f"{prefix}_municipality_{code}")


def fill_gateway(layout: Layout, facts: Facts) -> None:
    """Bring the gateway's database to its schema and put the configuration in force."""
    migrate_gateway(facts.gateway_database)
    configure(layout, facts)
    asyncio.run(_keep_enrolments(layout, facts))


def configure(layout: Layout, facts: Facts) -> None:
    """Put in force what the configuration's files say now."""

    def key_of(code: str) -> SigningKey:
        return SigningKey.load(layout.municipality_keys(code) / "attestation.pem")

    asyncio.run(put_in_force(layout.configuration, deciding_in(layout, facts), key_of))


def deciding_in(layout: Layout, facts: Facts) -> DecisionSettings:
    """Return the settings with which this installation decides: at once."""
    common = CommonSettings(
        environment="development", clock_offset_seconds=facts.clock_offset_seconds
    )
    return DecisionSettings(
        common=common,
        database_url=facts.gateway_database,
        name=GATEWAY_NAME,
        trust_list=layout.trust_list,
        trust_root=layout.trust_root,
        decision_waiting_seconds=0,
        live_without_report=True,
    )


async def _keep_enrolments(layout: Layout, facts: Facts) -> None:
    """Keep what the registrar signed when the terminals were made, as it keeps what it signs."""
    tokens = [path.read_text("ascii") for path in layout.terminals.glob("*/enrolment.jws")]
    await keep_enrolments(facts, tokens, layout.withdrawn.read_text("ascii"))


async def keep_enrolments(facts: Facts, tokens: Sequence[str], withdrawn: str | None) -> None:
    """Keep enrolments in the gateway's database, and the first list of those withdrawn, if any."""
    said = [Enrolment.parsed(unverified_payload(token)) for token in tokens]
    settings = server_settings(timedelta(seconds=facts.clock_offset_seconds))
    connection = await asyncpg.connect(facts.gateway_database, server_settings=settings)
    try:
        await connection.executemany(
            _KEEP_ENROLMENT,
            [
                (one.enrolment, one.terminal, token, one.not_after)
                for one, token in zip(said, tokens, strict=True)
            ],
        )
        if withdrawn is not None:
            await connection.execute(_KEEP_LIST, withdrawn)
    finally:
        await connection.close()


def prepare_billing(facts: Facts) -> None:
    """Bring billing's schema, which lies in the gateway's database, to this build."""
    migrate_billing(facts.gateway_database)


def prepare_archive(facts: Facts) -> None:
    """Bring the archive's database to its schema; the stream fills it."""
    migrate_audit(facts.audit_database)


def fill_municipalities(layout: Layout, facts: Facts, towns: Sequence[Town]) -> None:
    """Bring each municipality's database to its schema; write its records and who has a card."""
    asyncio.run(_fill_all(layout, facts, towns))


async def _fill_all(layout: Layout, facts: Facts, towns: Sequence[Town]) -> None:
    for town in towns:  # one by one: Alembic keeps its state in globals
        secret = layout.municipality_keys(town.records.code) / "registrations.secret"
        await migrated_municipality(facts.municipality_databases[town.records.code])
        await fill_municipality(facts, town, Binding(secret.read_bytes()))


async def fill_municipality(facts: Facts, town: Town, binding: Binding) -> None:
    """Write a municipality's records and who has a card into its database, which has its schema."""
    dsn = facts.municipality_databases[town.records.code]
    settings = server_settings(timedelta(seconds=facts.clock_offset_seconds))
    connection = await asyncpg.connect(dsn, server_settings=settings)
    try:
        await load_records(connection, town.records)
        for holder in town.holders:
            await register(connection, _registration(holder, town, binding))
    finally:
        await connection.close()


def _registration(holder: CardHolder, town: Town, binding: Binding) -> Registration:
    person = town.records.residents[holder.resident]
    card = CardIdentity(holder.card.authority, f"{holder.card.serial:x}")
    return binding.made(card, holder.resident, person.name, person.birth_date)

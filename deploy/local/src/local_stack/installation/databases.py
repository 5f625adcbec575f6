"""The databases of an installation: empty, with this build's schema, records and configuration."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import asyncpg
from gateway.database.migrate import migrate as migrate_gateway
from gateway.municipalities.loader import load_folder
from gateway.settings import DatabaseSettings
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.kit.database_time import server_settings
from madoguchi_wire.kit.settings import CommonSettings
from municipal_adapter.cardholders.binding import Binding, Registration
from municipal_adapter.cardholders.registrations import register
from municipal_adapter.database.migrate import migrated as migrated_municipality
from municipal_adapter.synthetic import load as load_records

from local_stack.databases import PostgresServer
from local_stack.installation.cards import CardHolder, Town
from local_stack.installation.facts import GATEWAY_NAME, MUNICIPALITIES, Facts
from local_stack.installation.layout import Layout


def fresh_databases(server: PostgresServer, prefix: str) -> tuple[str, dict[str, str]]:
    """Make the gateway's database and one for each municipality anew; return their addresses."""
    names = [f"{prefix}_gateway", *(f"{prefix}_municipality_{code}" for code in MUNICIPALITIES)]
    for name in names:
        server.drop_database(name)
    gateway, *municipalities = [server.create_database(name) for name in names]
    return gateway, dict(zip(MUNICIPALITIES, municipalities, strict=True))


def drop_databases(server: PostgresServer, prefix: str) -> None:
    """Remove the databases again."""
    server.drop_database(f"{prefix}_gateway")
    for code in MUNICIPALITIES:
        server.drop_database(f"{prefix}_municipality_{code}")


def fill_gateway(layout: Layout, facts: Facts) -> None:
    """Bring the gateway's database to its schema and put the configuration in force."""
    migrate_gateway(facts.gateway_database)
    common = CommonSettings(
        environment="development", clock_offset_seconds=facts.clock_offset_seconds
    )
    settings = DatabaseSettings(
        common=common, database_url=facts.gateway_database, name=GATEWAY_NAME
    )
    asyncio.run(load_folder(layout.configuration, settings))


def fill_municipalities(layout: Layout, facts: Facts, towns: Sequence[Town]) -> None:
    """Bring each municipality's database to its schema; write its records and who has a card."""
    asyncio.run(_fill_all(layout, facts, towns))


async def _fill_all(layout: Layout, facts: Facts, towns: Sequence[Town]) -> None:
    for town in towns:  # one by one: Alembic keeps its state in globals
        secret = layout.municipality_keys(town.records.code) / "registrations.secret"
        await _fill(facts, town, Binding(secret.read_bytes()))


async def _fill(facts: Facts, town: Town, binding: Binding) -> None:
    dsn = facts.municipality_databases[town.records.code]
    await migrated_municipality(dsn)
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

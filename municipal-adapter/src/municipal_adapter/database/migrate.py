"""Brings a municipality's database to the schema of this build; safe from several at once."""

import asyncio
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from madoguchi_wire.kit.pool import Pool
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

LOCK = 7216400732
"""Number of the advisory lock that migrations hold; any number that nobody else uses."""
_MIGRATIONS = Path(__file__).parent.parent / "migrations"


def migrate(database_url: str) -> None:
    """Run the missing steps in one transaction: all of them, or nothing."""
    asyncio.run(migrated(database_url))


async def migrated(database_url: str) -> None:
    """Run the missing steps from inside an event loop."""
    url = make_url(database_url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


async def schema_fault(pool: Pool) -> str | None:
    """Say what is missing in the schema for this build; None: nothing."""
    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    try:
        found = await pool.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        found = None
    if found == head:
        return None
    return f"the schema is {found or 'not there'}, this build's is {head}: run `migrate`"


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

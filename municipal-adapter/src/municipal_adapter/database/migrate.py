"""Brings a municipality's database to the schema of this build; safe from several at once."""

import asyncio
from pathlib import Path

import asyncpg
from madoguchi_wire.kit.migrating import migrated_to_head
from madoguchi_wire.kit.pool import Pool

LOCK = 7216400732
"""Number of the advisory lock that migrations hold; any number that nobody else uses."""
_MIGRATIONS = Path(__file__).parent.parent / "migrations"


def migrate(database_url: str) -> None:
    """Run the missing steps in one transaction: all of them, or nothing."""
    asyncio.run(migrated(database_url))


async def migrated(database_url: str) -> None:
    """Run the missing steps from inside an event loop."""
    await migrated_to_head(database_url, _MIGRATIONS, LOCK)


async def schema_fault(pool: Pool) -> str | None:
    """Say what is missing in the schema for this build; None: nothing."""
    from alembic.script import ScriptDirectory  # only an officer waits for it

    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    try:
        found = await pool.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        found = None
    if found == head:
        return None
    return f"the schema is {found or 'not there'}, this build's is {head}: run `migrate`"

"""Brings the schema `billing` of the gateway's database to this build; safe to run at once."""

import asyncio
from pathlib import Path

from madoguchi_wire.kit.migrating import migrated_to_head

LOCK = 7216400761
"""Number of the advisory lock that migrations hold; any number that nobody else uses."""
_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database_url: str) -> None:
    """Run the missing steps in one transaction: all of them, or nothing.

    The gateway's own migration comes first: the ledger's view reads its tables.
    """
    asyncio.run(migrated(database_url))


async def migrated(database_url: str) -> None:
    """Run the missing steps from inside an event loop."""
    await migrated_to_head(database_url, _MIGRATIONS, LOCK)

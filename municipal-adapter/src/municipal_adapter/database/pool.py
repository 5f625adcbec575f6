"""Connections to one municipality's database: asyncpg with prepared statements and our time."""

from datetime import timedelta
from typing import TypeAlias

import asyncpg
from madoguchi_wire.kit.database_time import server_settings

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)

STATEMENT_TIMEOUT_MS = 10_000


async def open_pool(database_url: str, clock_offset: timedelta, maximum: int = 12) -> Pool:
    """Open the pool of one municipality in this process.

    Args:
        database_url: `postgresql://…`
        clock_offset: the simulation's; `madoguchi_now()` adds it to the database's time.
        maximum: connections at most.

    """
    return await asyncpg.create_pool(
        database_url,
        min_size=1,
        max_size=maximum,
        statement_cache_size=256,
        max_cached_statement_lifetime=0,
        server_settings=server_settings(clock_offset)
        | {
            "application_name": "madoguchi-municipal-adapter",
            "statement_timeout": str(STATEMENT_TIMEOUT_MS),
            "timezone": "UTC",
        },
    )

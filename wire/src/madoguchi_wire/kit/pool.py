"""Connections to PostgreSQL: asyncpg with prepared statements, JSON and our time."""

import json
from datetime import timedelta
from typing import TypeAlias

import asyncpg

from madoguchi_wire.encoding import canonical_json
from madoguchi_wire.kit import database_time

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
Executor: TypeAlias = "Pool | Connection"
"""What runs one statement: a connection, or a pool that lends one for it."""

STATEMENT_TIMEOUT_MS = 15_000


async def open_pool(
    database_url: str,
    clock_offset: timedelta | None,
    *,
    service: str = "madoguchi",
    minimum: int = 1,
    maximum: int = 16,
    idle_seconds: float = 300,
) -> Pool:
    """Open the pool of a process.

    Args:
        database_url: `postgresql://…`
        clock_offset: the simulation's; `madoguchi_now()` adds it to the database's time. None: the
            database has one of its own, which moves.
        service: how operators see its connections in the database.
        minimum: connections that are kept; none: the first is made when it is asked for.
        maximum: connections at most.
        idle_seconds: after which a connection above the minimum is given back.

    Raises:
        ConnectionError: nobody answers at that address.

    """
    pool = asyncpg.create_pool(
        database_url,
        min_size=minimum,
        max_size=maximum,
        max_inactive_connection_lifetime=idle_seconds,
        init=prepare_connection,
        reset=_as_it_is,
        server_settings=server_settings(clock_offset, service),
        statement_cache_size=256,
        max_cached_statement_lifetime=0,
    )
    try:
        return await pool
    except OSError as error:
        raise ConnectionError(
            f"the database cannot be reached ({type(error).__name__}): is it running, and is its "
            "address right?"
        ) from None


async def _as_it_is(_: Connection) -> None:
    """Leave a connection as it comes back: nothing of ours outlives a transaction on it.

    asyncpg's own reset would cost a round trip after every statement.
    """


def server_settings(clock_offset: timedelta | None, service: str = "madoguchi") -> dict[str, str]:
    """Return what every connection of a service sets at its start."""
    return {
        "application_name": service,
        **database_time.server_settings(clock_offset),
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        "timezone": "UTC",
        # Planning the statement that moves an issuance takes longer than running it, and no value
        # of ours asks for another plan: each connection plans once.
        "plan_cache_mode": "force_generic_plan",
    }


async def prepare_connection(connection: Connection) -> None:
    """Let JSON columns read and write Python values."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, schema="pg_catalog", encoder=_encode, decoder=json.loads
        )


def _encode(value: object) -> str:
    return canonical_json(value).decode()

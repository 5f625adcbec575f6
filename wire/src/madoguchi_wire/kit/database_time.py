"""The database's time, which judges expiry for all replicas, plus the simulation's offset.

Each database has the function `madoguchi_now()`; its offset is a setting of each connection, or
of the whole server where a simulation moves the clock while connections are open.
"""

from datetime import datetime, timedelta

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from madoguchi_wire.clock import Clock

CREATE_NOW = """
CREATE OR REPLACE FUNCTION madoguchi_now() RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$
  SELECT clock_timestamp() + make_interval(
    secs => coalesce(nullif(current_setting('madoguchi.clock_offset', true), '')::float8, 0))
$$
"""
"""The function's definition, for each database's first migration."""

AnyConnection = asyncpg.Connection | PoolConnectionProxy


def moving(offset: timedelta) -> tuple[str, ...]:
    """Return the statements, for a superuser, that move the clock of a whole server to an offset.

    Open connections follow at their next statement, unless they brought an offset of their own.
    """
    seconds = repr(offset.total_seconds())
    return f"ALTER SYSTEM SET madoguchi.clock_offset = '{seconds}'", "SELECT pg_reload_conf()"


def server_settings(offset: timedelta | None) -> dict[str, str]:
    """Return the settings that every connection of a process carries.

    Args:
        offset: None: the server's own, which moves.

    """
    return {} if offset is None else {"madoguchi.clock_offset": str(offset.total_seconds())}


async def clock_drift(connection: AnyConnection, clock: Clock) -> float:
    """Return by how many seconds this process's clock is ahead of the database's."""
    before = clock.now()
    there: datetime = await connection.fetchval("SELECT madoguchi_now()")
    after = clock.now()
    return (before + (after - before) / 2 - there).total_seconds()

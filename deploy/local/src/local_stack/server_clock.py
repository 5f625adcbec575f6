"""The clock of PostgreSQL servers of a simulation, which moves while they run."""

import asyncio
import time
from collections.abc import Collection
from datetime import timedelta

import asyncpg
from madoguchi_wire.kit.database_time import moving

_PATIENCE_S = 20.0
_POLL_S = 0.005


class NotFollowed(Exception):
    """Somebody has not followed the clock after a long time; the text says who."""


async def move_servers(addresses: Collection[str], offset: timedelta) -> None:
    """Move the clock of PostgreSQL servers; connections that are open follow.

    Args:
        addresses: by a superuser.
        offset: from the machine's time.

    Raises:
        NotFollowed: a server has not followed.

    """
    await asyncio.gather(*(_move_server(address, offset) for address in set(addresses)))


async def _move_server(address: str, offset: timedelta) -> None:
    # One that was open before: when it has heard of the change, so has every other.
    before = await asyncpg.connect(address)
    try:
        for statement in moving(offset):
            await before.execute(statement)
        until = time.monotonic() + _PATIENCE_S
        shown = "SELECT current_setting('madoguchi.clock_offset', true)"
        while await before.fetchval(shown) != repr(offset.total_seconds()):
            if time.monotonic() > until:
                raise NotFollowed("a PostgreSQL server keeps another time")
            await asyncio.sleep(_POLL_S)
    finally:
        await before.close()

"""Releases what a drill brought to a stop, in the name of a person who is careless on purpose."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import asyncpg
from gateway.stops.releasing import KnownStop, Release, Seen, StruckSince, list_stops, release
from gateway.stops.rules import Finding
from madoguchi_wire.clock import Clock
from madoguchi_wire.kit.pool import prepare_connection, server_settings

from local_stack.installation.facts import GATEWAY_NAME, Facts

_UNTIL_HEARD_S = 0.3
"""Until all replicas of the gateway know."""


async def release_stops(facts: Facts, clock: Clock) -> Sequence[KnownStop]:
    """Release all stops in force, though nothing was mended; return them.

    Raises:
        OSError, asyncpg.PostgresError: the gateway's database cannot be reached.

    """
    offset = timedelta(seconds=facts.clock_offset_seconds)
    connection = await asyncpg.connect(
        facts.gateway_database, server_settings=server_settings(offset)
    )
    try:
        await prepare_connection(connection)
        while stops := await list_stops(connection):
            seen = [Seen(one.stop_id, one.strikes) for one in stops]
            reason = "a drill, nothing was mended"
            careless = Release(seen, "careless", Finding.CAUSE_MENDED, reason)
            with suppress(StruckSince):
                await release(connection, careless, GATEWAY_NAME, clock.now())
                await asyncio.sleep(_UNTIL_HEARD_S)
                break
        return stops
    finally:
        await connection.close()

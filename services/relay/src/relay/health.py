"""What has to hold for the relay to be ready, said in words when it does not."""

import asyncpg
from madoguchi_wire.kit.health import Check, Health

from relay.loop import Relay
from relay.outbox import COUNTED_AT_MOST, measured_lag

MAXIMUM_LAG_ROWS = 20_000
MAXIMUM_LAG_SECONDS = 60


def add_checks(health: Health, relay: Relay, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    """Add both checks; `pool` is another than the relay's own connection, which is busy."""

    async def carries() -> str | None:
        return relay.fault

    health.add("relay", carries)
    health.add("outbox", _lag_of(pool))


def _lag_of(pool: "asyncpg.Pool[asyncpg.Record]") -> Check:
    async def check() -> str | None:
        try:
            async with pool.acquire(timeout=2) as connection:
                lag = await measured_lag(connection)
        except Exception as error:
            # asyncpg fails in many ways when a server goes away, and all mean the same here.
            return f"the database does not answer ({type(error).__name__}): is it running?"
        if lag.rows <= MAXIMUM_LAG_ROWS and lag.seconds <= MAXIMUM_LAG_SECONDS:
            return None
        at_least = "at least " if lag.rows == COUNTED_AT_MOST else ""
        return (
            f"{at_least}{lag.rows} events wait to be published, the first for"
            f" {lag.seconds:.0f} s: does a relay carry them, and does its sink keep up?"
        )

    return check

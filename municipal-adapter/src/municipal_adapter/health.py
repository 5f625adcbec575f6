"""What has to hold before this replica takes requests, each said in words when it does not."""

from collections.abc import Awaitable, Callable

import asyncpg
from madoguchi_wire.kit.database_time import clock_drift
from madoguchi_wire.kit.health import Health

from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.parts import Adapter

MAXIMUM_DRIFT_S = 2.0
Check = Callable[[], Awaitable[str | None]]


def add_checks(adapter: Adapter, health: Health) -> None:
    """Add every check of the adapter to its health."""

    async def trust_list() -> str | None:
        return adapter.trust.fault()

    health.add("trust list", trust_list)
    for municipality in adapter.municipalities.values():
        health.add(f"{municipality.code} database", _database(adapter, municipality))
        health.add(f"{municipality.code} revocation lists", _revocation(municipality))
        health.add(f"{municipality.code} key and build", _allowed(adapter, municipality))


def _database(adapter: Adapter, municipality: Municipality) -> Check:
    async def check() -> str | None:
        try:
            async with municipality.pool.acquire(timeout=2) as connection:
                drift = await clock_drift(connection, adapter.clock)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            return f"the database does not answer ({type(error).__name__}): is it running?"
        if abs(drift) > MAXIMUM_DRIFT_S:
            return f"this clock is {drift:+.1f} s off the database's: set both by the same source"
        return None

    return check


def _revocation(municipality: Municipality) -> Check:
    async def check() -> str | None:
        return municipality.revocation.fault()

    return check


def _allowed(adapter: Adapter, municipality: Municipality) -> Check:
    async def check() -> str | None:
        return adapter.fault_of(municipality)

    return check

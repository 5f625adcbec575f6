"""What has to hold before this replica takes requests, each said in words when it does not."""

from collections.abc import Awaitable, Callable, Hashable, Iterable

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

    async def withdrawn() -> str | None:
        return adapter.withdrawals.fault()

    health.add("trust list", trust_list)
    health.add("withdrawn enrolments", withdrawn)
    all_of_them = list(adapter.municipalities.values())
    for municipality in each_once(all_of_them, lambda one: _server(one.file.database_url)):
        health.add(f"{municipality.code} database", _database(adapter, municipality))
    for municipality in each_once(all_of_them, lambda one: one.revocation):
        health.add(f"{municipality.code} revocation lists", _revocation(municipality))
    for municipality in all_of_them:
        health.add(f"{municipality.code} key and build", _allowed(adapter, municipality))


def each_once(
    municipalities: Iterable[Municipality], what: Callable[[Municipality], Hashable]
) -> list[Municipality]:
    """Return the first municipality of each thing that several may share."""
    return list({what(one): one for one in reversed(list(municipalities))}.values())[::-1]


def _server(address: str) -> str:
    """Return the database without what chooses a schema in it."""
    return address.partition("?")[0]


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

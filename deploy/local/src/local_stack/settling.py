"""Waiting until everything that follows a visit has happened, so that it can be judged."""

import asyncio
import time

import asyncpg

from local_stack.installation.facts import MUNICIPALITIES
from local_stack.system import LocalSystem

PATIENCE_S = 20
POLL_S = 0.05

_UNSTAMPED = "SELECT count(*) FROM outbox WHERE stamp IS NULL"
_INCOMPLETE = "SELECT count(*) FROM stamps WHERE complete_at IS NULL"
_UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
_OPEN = "SELECT count(*) FROM issuances WHERE state IN ('accepted', 'delivered', 'paid')"
"""Whoever is prepared may stay so: it expires by itself when nobody fetches it for minutes."""
_UNACKNOWLEDGED = "SELECT count(*) FROM outcomes WHERE acknowledged_at IS NULL"


class NotSettled(Exception):
    """Something is still under way after a long time; the text says what."""


def settle(system: LocalSystem, patience_s: float = PATIENCE_S) -> None:
    """Wait until no issuance is under way, stop gateways and adapters, wait for the stream.

    Raises:
        NotSettled: issuances stay open, outcomes unacknowledged, events unstamped or unpublished,
            or stamps without their witnesses.

    """
    dsn = system.installation.facts.gateway_database
    asyncio.run(_until_none(dsn, _OPEN, "issuances open", patience_s))
    asyncio.run(_until_none(dsn, _UNACKNOWLEDGED, "outcomes unacknowledged", patience_s))
    # Whoever stops may say something last, so stamps and stream come after. Witnesses stay.
    system.terminate("gateway-1", "gateway-2")
    asyncio.run(_until_none(dsn, _UNSTAMPED, "events unstamped", patience_s))
    asyncio.run(_until_none(dsn, _INCOMPLETE, "stamps without their witnesses", patience_s))
    system.terminate(*(f"adapter-{code}" for code in MUNICIPALITIES))
    asyncio.run(_until_none(dsn, _UNPUBLISHED, "events unpublished", patience_s))


async def still(system: LocalSystem, patience_s: float = PATIENCE_S) -> None:
    """Wait until nothing is under way and all that happened is stamped and published.

    Raises:
        NotSettled: as `settle`.

    """
    dsn = system.installation.facts.gateway_database
    await _until_none(dsn, _OPEN, "issuances open", patience_s)
    await _until_none(dsn, _UNACKNOWLEDGED, "outcomes unacknowledged", patience_s)
    await _until_none(dsn, _UNSTAMPED, "events unstamped", patience_s)
    await _until_none(dsn, _INCOMPLETE, "stamps without their witnesses", patience_s)
    await _until_none(dsn, _UNPUBLISHED, "events unpublished", patience_s)


async def _until_none(dsn: str, statement: str, what: str, patience_s: float) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        deadline = time.monotonic() + patience_s
        while (left := await connection.fetchval(statement)) > 0:
            if time.monotonic() > deadline:
                raise NotSettled(f"{left} {what} after {patience_s:g} s")
            await asyncio.sleep(POLL_S)
    finally:
        await connection.close()

"""Orders that are known: found by Idempotency-Key, leased while a replica works on them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from madoguchi_wire.errors import IdempotencyKeyReused, OrderInFlight
from madoguchi_wire.kit.pool import Pool

from gateway.cardholders.sessions import OpenSession
from gateway.parts import Gateway
from gateway.terminals.terminal import Terminal

LEASE = timedelta(seconds=5)
"""How long after its replica died an order can be resumed by another."""
_RENEW_SECONDS = 1.5
_FIND = """
    SELECT order_id, session_id, terminal, body_digest, lease_owner, created_at FROM orders
    WHERE idempotency_key = $1
"""
_TAKE = """
    UPDATE orders SET leased_until = madoguchi_now() + $2, lease_owner = $3
    WHERE order_id = $1 AND leased_until <= madoguchi_now() RETURNING order_id
"""
_RENEW = """
    UPDATE orders SET leased_until = madoguchi_now() + $2
    WHERE order_id = $1 AND lease_owner = $3
"""


@dataclass(frozen=True)
class KnownOrder:
    """An order that was accepted."""

    order_id: UUID
    session_id: UUID
    terminal: str
    body_digest: str
    lease_owner: UUID
    created_at: datetime
    """When it was accepted: its session was good then, and is judged by then in a repeat."""


async def find(
    gateway: Gateway, terminal: Terminal, opened: OpenSession, key: UUID, body_digest: str
) -> KnownOrder | None:
    """Return the order that this request repeats, if it does.

    Raises:
        IdempotencyKeyReused: the key came with another body, or from elsewhere (with an alarm).

    """
    row = await gateway.pool.fetchrow(_FIND, key)
    if row is None:
        return None
    known = KnownOrder(**dict(row.items()))
    if (known.session_id, known.terminal) != (opened.session_id, terminal.terminal):
        alarm = "idempotency_key_from_elsewhere"
        if gateway.failures.has_own_alarm(terminal, alarm, gateway.clock.now()):
            await gateway.trail.alarm(alarm, terminal.told, opened.municipality)
        raise IdempotencyKeyReused()
    if known.body_digest != body_digest:
        raise IdempotencyKeyReused()
    return known


async def take_lease(pool: Pool, known: KnownOrder) -> KnownOrder:
    """Return the order under a lease of our own.

    Raises:
        OrderInFlight: another request is working on it.

    """
    owner = uuid4()
    taken = await pool.fetchval(_TAKE, known.order_id, LEASE, owner)
    if taken is None:
        raise OrderInFlight()
    return replace(known, lease_owner=owner)


@asynccontextmanager
async def held(pool: Pool, known: KnownOrder) -> AsyncGenerator[None]:
    """Keep the lease while the work lasts."""
    renewing = asyncio.create_task(_renew(pool, known))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)


async def _renew(pool: Pool, known: KnownOrder) -> None:
    # A fault ends it: then another replica may come to help, which harms nothing.
    while True:
        await asyncio.sleep(_RENEW_SECONDS)
        await pool.execute(_RENEW, known.order_id, LEASE, known.lease_owner)

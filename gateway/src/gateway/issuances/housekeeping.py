"""What happens to issuances by themselves: deadlines, outcomes to adapters, tidying."""

import asyncio
from datetime import timedelta

from madoguchi_wire.errors import IssuanceExpired, PrepareTimeout
from madoguchi_wire.kit.background import Task, begin

from gateway.issuances.life import Cause, State
from gateway.issuances.moving import move, step
from gateway.issuances.outcomes import Outcomes
from gateway.issuances.rows import COLUMNS, Issuance
from gateway.parts import Gateway

SESSIONS_KEPT = timedelta(days=1)
_BATCH = 100
_OVERDUE = f"""
    SELECT {COLUMNS} FROM issuances
    WHERE state IN ('accepted', 'prepared') AND deadline <= (SELECT madoguchi_now())
    LIMIT {_BATCH} FOR UPDATE SKIP LOCKED
"""  # noqa: S608 (column names of ours)
_UNREPORTED = f"""
    SELECT {COLUMNS} FROM issuances
    WHERE state IN ('delivered', 'paid') AND report_deadline <= (SELECT madoguchi_now())
    LIMIT {_BATCH} FOR UPDATE SKIP LOCKED
"""  # noqa: S608 (column names of ours)
_FORGET = "DELETE FROM sessions WHERE expires_at < madoguchi_now() - $1::interval"


async def run(gateway: Gateway) -> None:
    """Keep house for ever; replicas share the work."""
    outcomes, clock = Outcomes(gateway), gateway.clock
    tasks: list[Task] = [
        (1, "overdue", lambda: expire_overdue(gateway)),
        (1, "unreported", lambda: doubt_unreported(gateway)),
        (0.5, "outcomes", outcomes.send),
        (600, "sessions", lambda: _forget_sessions(gateway)),
    ]
    begun = begin(tasks, clock)
    try:
        await asyncio.gather(*begun)
    finally:
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)


async def expire_overdue(gateway: Gateway) -> None:
    """Expire issuances whose deadline has passed; a late answer then belongs to nobody."""
    while await _move_batch(gateway, _OVERDUE, State.EXPIRED):
        pass


async def doubt_unreported(gateway: Gateway) -> None:
    """Mark issuances in doubt whose terminal has not reported in time."""
    while await _move_batch(gateway, _UNREPORTED, State.IN_DOUBT):
        pass


async def _move_batch(gateway: Gateway, query: str, target: State) -> bool:
    async with gateway.pool.acquire() as connection, connection.transaction():
        found = [Issuance.of(row) for row in await connection.fetch(query)]
        for issuance in found:
            problem = _problem(issuance) if target is State.EXPIRED else None
            ended = step(
                issuance,
                target,
                Cause.DEADLINE,
                source=gateway.settings.name,
                now=gateway.clock.now(),
                data={"problem": problem} if problem else None,
                changes={"problem": problem} if problem else {},
            )
            await move(connection, ended)
    return len(found) == _BATCH


def _problem(issuance: Issuance) -> str:
    late = issuance.state is State.ACCEPTED
    return PrepareTimeout.slug if late else IssuanceExpired.slug


async def _forget_sessions(gateway: Gateway) -> None:
    await gateway.pool.execute(_FORGET, SESSIONS_KEPT)

"""Killing a process that provably has work: it is made to stand still, looked at, then killed."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from time import monotonic

import psutil
from relay.buckets import EVENTS, LOCKS

from proofs.drill.result import Kill
from proofs.drill.stage import ARCHIVE, BROKER, RELAYS, STAMPER, Stage

_PATIENCE_S = 30
_SENT_BY_NOW_S = 0.5
"""Relays look for events five times as often."""
_OFTEN_S = (0.02, 0.15)
_DOWN_S = (0.2, 3.0)
_UNPUBLISHED = "SELECT position FROM outbox WHERE published_at IS NULL"
_STILL = "SELECT count(*) FROM outbox WHERE published_at IS NULL AND position = ANY ($1::bigint[])"
_OF_RELAY = f"""
    SELECT count(*) FROM outbox
    WHERE published_at IS NULL AND (hashtext(subject) & 15) IN (
        SELECT objid::bigint FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid::bigint = {LOCKS}
          AND objid::bigint < {EVENTS} AND client_port = ANY ($1::int[])
    )
"""  # noqa: S608 (numbers of the relay's)
_UNSTAMPED = """
    SELECT (SELECT count(*) FROM outbox WHERE stamp IS NULL)
         + (SELECT count(*) FROM stamps WHERE complete_at IS NULL)
"""
_PUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL"
_ARCHIVED = "SELECT count(*) FROM events"


class NotAtWork(Exception):
    """A process had nothing to do for a long time, so killing it would prove nothing."""


async def _unacknowledged(stage: Stage, _name: str) -> int:
    waiting = [row["position"] for row in await stage.of_outbox(_UNPUBLISHED)]
    if waiting:
        await asyncio.sleep(_SENT_BY_NOW_S)
    return (await stage.of_outbox(_STILL, waiting))[0][0]


async def _of_its_buckets(stage: Stage, name: str) -> int:
    ports = [
        one.laddr.port for one in psutil.Process(stage.pid(name)).net_connections() if one.laddr
    ]
    return (await stage.of_outbox(_OF_RELAY, ports))[0][0]


async def _unstamped(stage: Stage, _name: str) -> int:
    return (await stage.of_outbox(_UNSTAMPED))[0][0]


async def _unarchived(stage: Stage, _name: str) -> int:
    archived = (await stage.of_archive(_ARCHIVED))[0][0]
    published = (await stage.of_outbox(_PUBLISHED))[0][0]
    return max(0, published - archived)


_WORK: dict[str, Callable[[Stage, str], Awaitable[int]]] = {
    BROKER: _unacknowledged,
    **dict.fromkeys(RELAYS, _of_its_buckets),
    STAMPER: _unstamped,
    ARCHIVE: _unarchived,
}
TARGETS = tuple(_WORK)


async def kill_at_work(stage: Stage, name: str, choice: Random, began: float) -> Kill:
    """Kill a process in the midst of its work, and start it again a moment later.

    Raises:
        NotAtWork: it had none.

    """
    met, at = await _stopped_at_work(stage, name, choice), monotonic()
    stage.kill(name)
    await asyncio.sleep(choice.uniform(*_DOWN_S))
    await stage.start(name)
    down = monotonic() - at
    return Kill(target=name, at_s=round(at - began, 1), met=met, down_s=round(down, 1))


async def _stopped_at_work(stage: Stage, name: str, choice: Random) -> int:
    """Leave the process standing still (SIGSTOP), and return what it has not finished."""
    process, until = psutil.Process(stage.pid(name)), monotonic() + _PATIENCE_S
    while monotonic() < until:
        await asyncio.sleep(choice.uniform(*_OFTEN_S))
        process.suspend()
        if met := await _WORK[name](stage, name):
            return met
        process.resume()
    raise NotAtWork(f"{name} had nothing to do within {_PATIENCE_S} s")

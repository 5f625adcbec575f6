"""Tasks that run beside the requests, and go on after a fault."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import NoReturn

import structlog

from madoguchi_wire.clock import Clock
from madoguchi_wire.kit.clock_file import FileClock

_LOOK_S = 0.05
_log = structlog.get_logger()


Task = tuple[float, str, Callable[[], Awaitable[None]]]
"""Seconds, name and action of `every`."""
APART_S = 0.02
"""So that tasks that begin together share a connection, instead of opening one each."""


def begin(tasks: Sequence[Task], clock: Clock | None = None) -> list[asyncio.Task[NoReturn]]:
    """Begin tasks of `every`, one a moment after the other."""
    return [
        asyncio.create_task(every(*task, clock, first_after=number * APART_S))
        for number, task in enumerate(tasks)
    ]


async def every(
    seconds: float,
    name: str,
    action: Callable[[], Awaitable[None]],
    clock: Clock | None = None,
    *,
    first_after: float = 0,
) -> NoReturn:
    """Do `action` every `seconds`, for ever; a fault is logged and the next turn tries again.

    Args:
        seconds: between the end of one turn and the next.
        name: in the log.
        action: what is done.
        clock: of a simulation, counts the seconds as well: what fell due in a jump is done then.
        first_after: seconds before the first turn.

    """
    await asyncio.sleep(first_after)
    while True:
        try:
            await action()
        except Exception as error:
            _log.error("background_task_failed", task=name, kind=type(error).__name__)
        await _pause(seconds, clock)


async def _pause(seconds: float, clock: Clock | None) -> None:
    if not isinstance(clock, FileClock):
        await asyncio.sleep(seconds)
        return
    loop = asyncio.get_running_loop()
    until, due = loop.time() + seconds, clock.now() + timedelta(seconds=seconds)
    while (left := until - loop.time()) > 0 and clock.now() < due:  # noqa: ASYNC110 (no event comes)
        await asyncio.sleep(min(left, _LOOK_S))

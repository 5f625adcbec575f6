"""Tasks that run beside the requests, and go on after a fault."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from typing import NoReturn

import structlog

_RETRY_S = 1.0
_log = structlog.get_logger()


async def every(seconds: float, name: str, action: Callable[[], Awaitable[None]]) -> NoReturn:
    """Do `action` every `seconds`, for ever; a fault is logged and the next turn tries again."""
    while True:
        try:
            await action()
        except Exception as error:
            # Not the exception's text: it may quote what a person sent.
            last = traceback.extract_tb(error.__traceback__)[-1]
            at = f"{last.name}:{last.lineno}"
            _log.error("background_task_failed", task=name, kind=type(error).__name__, at=at)
        await asyncio.sleep(seconds)


async def supervise(name: str, task: Callable[[], Awaitable[None]]) -> NoReturn:
    """Run a task that should never end, again if it does."""
    await every(_RETRY_S, name, task)

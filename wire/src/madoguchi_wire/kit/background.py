"""Tasks that run beside the requests, and go on after a fault."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

import structlog

_log = structlog.get_logger()


async def every(seconds: float, name: str, action: Callable[[], Awaitable[None]]) -> NoReturn:
    """Do `action` every `seconds`, for ever; a fault is logged and the next turn tries again."""
    while True:
        try:
            await action()
        except Exception as error:
            _log.error("background_task_failed", task=name, kind=type(error).__name__)
        await asyncio.sleep(seconds)

"""A network that delivers some requests twice, the second time after those that were sent later."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from store_terminal_sim.core.effects import Effect, HttpRequest, HttpResponse, NoAnswer
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.failures import Moment, no_failure


@dataclass
class RepeatingDriver(AsyncDriver):
    """Drives a terminal over such a network."""

    observe: Callable[[Effect, Moment], None] = no_failure
    choice: ClassVar[Random] = Random(0)
    share: ClassVar[float] = 0.1
    """Of the requests."""
    latest_s: ClassVar[float] = 1.0
    repeated: ClassVar[int] = 0
    late: ClassVar[set[asyncio.Task[None]]] = set()

    async def _send(self, request: HttpRequest) -> HttpResponse | NoAnswer:
        kind = type(self)
        if kind.choice.random() < kind.share:
            kind.repeated += 1
            task = asyncio.create_task(self._again(request, kind.choice.uniform(0, kind.latest_s)))
            kind.late.add(task)
            task.add_done_callback(kind.late.discard)
        return await super()._send(request)

    async def _again(self, request: HttpRequest, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await super()._send(request)

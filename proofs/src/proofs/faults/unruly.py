"""A network that delivers some requests twice, and some only after those that were sent later."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar

from store_terminal_sim.core.effects import Effect, HttpRequest, HttpResponse, NoAnswer
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.failures import Moment, no_failure


@dataclass
class Counted:
    """What the network did so far, at all terminals together."""

    repeated: int = 0
    """Requests that came once more, later."""
    overtaken: int = 0
    """Requests that came for the first time after a later one of the same terminal had come."""


@dataclass
class UnrulyDriver(AsyncDriver):
    """Drives a terminal over such a network.

    A terminal sends one request at a time. One that is overtaken seems to be lost: the terminal
    asks again, goes on, and what it had asked first arrives after that.
    """

    observe: Callable[[Effect, Moment], None] = no_failure
    choice: ClassVar[Random] = Random(0)
    twice: ClassVar[float] = 0.1
    """Share of the requests that come twice."""
    late: ClassVar[float] = 0.02
    """Share of the requests that are overtaken."""
    latest_s: ClassVar[float] = 1.0
    counted: ClassVar[Counted] = Counted()
    under_way: ClassVar[set[asyncio.Task[None]]] = set()
    _arrived: int = field(default=0, init=False)

    @classmethod
    def begin(cls, seed: float) -> None:
        """Begin anew, with choices of this seed's."""
        cls.choice, cls.counted = Random(seed), Counted()

    @classmethod
    async def end(cls) -> None:
        """Wait until everything has arrived."""
        while cls.under_way:
            await asyncio.wait(cls.under_way)

    async def _send(self, request: HttpRequest) -> HttpResponse | NoAnswer:
        chance, after_s = self.choice.random(), self.choice.uniform(0, self.latest_s)
        if chance < self.late:
            self._later(self._overtaken(request, after_s))
            return NoAnswer()
        if chance < self.late + self.twice:
            self.counted.repeated += 1
            self._later(self._again(request, after_s))
        answer = await super()._send(request)
        self._arrived += not isinstance(answer, NoAnswer)
        return answer

    def _later(self, sending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(sending)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def _again(self, request: HttpRequest, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await super()._send(request)

    async def _overtaken(self, request: HttpRequest, after_s: float) -> None:
        before = self._arrived
        await asyncio.sleep(after_s)
        answer = await super()._send(request)
        overtaken = self._arrived > before and not isinstance(answer, NoAnswer)
        self.counted.overtaken += overtaken

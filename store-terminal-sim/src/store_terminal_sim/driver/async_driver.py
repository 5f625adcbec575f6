"""Runs the terminal's core on asyncio, with aiohttp for the network."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import aiohttp
from madoguchi_wire.kit import telemetry
from opentelemetry.trace import SpanKind

from store_terminal_sim.core.effects import (
    Effect,
    Flow,
    HttpRequest,
    HttpResponse,
    NoAnswer,
    Wait,
    Write,
)
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.failures import Moment, no_failure

T = TypeVar("T")


class Driver(Protocol):
    """Whatever drives a terminal on asyncio."""

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return what it returns."""
        ...


async def run_flow(
    flow: Flow[T],
    answer: Callable[[Effect], Awaitable[Any]],
    observe: Callable[[Effect, Moment], None],
) -> T:
    """Answer each effect of a flow until it ends; return what it returns.

    Raises:
        Exception: whatever the flow raises.

    """
    answered: Any = None
    thrown: Exception | None = None
    try:
        while True:
            effect = flow.throw(thrown) if thrown else flow.send(answered)
            answered, thrown = None, None
            observe(effect, "before")
            try:
                answered = await answer(effect)
            except Exception as error:  # the flow decides what it means
                thrown = error
            observe(effect, "after")
    except StopIteration as end:
        return end.value


@dataclass
class AsyncDriver:
    """Drives one terminal; thousands of them share one `http` in one process."""

    counter: Counter
    http: aiohttp.ClientSession
    observe: Callable[[Effect, Moment], None] = no_failure
    """Called before and after each effect; may raise `PowerCut`."""
    disk: Executor | None = None
    """Threads that wait for the disk; none: the event loop's own few."""

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end, in one span, and return what it returns.

        Raises:
            Exception: whatever the flow raises.

        """
        with telemetry.span("terminal", kind=SpanKind.CLIENT):
            return await run_flow(flow, self._answer, self.observe)

    async def _answer(self, effect: Effect) -> Any:  # noqa: ANN401 (each effect names its answer)
        match effect:
            case HttpRequest():
                return await self._send(effect)
            case Wait():
                return await asyncio.sleep(effect.seconds)
            case Write(durable=True) if self.counter.journal.waits_for_disk:
                # Other terminals go on meanwhile.
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self.disk, self.counter.answer, effect)
            case _:
                return self.counter.answer(effect)

    async def _send(self, request: HttpRequest) -> HttpResponse | NoAnswer:
        headers = dict(request.headers)
        telemetry.inject(headers)
        try:
            async with self.http.request(
                request.method,
                request.url,
                data=request.body or None,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=request.timeout),
                allow_redirects=False,
            ) as response:
                body = await response.read()
                received = {name.lower(): value for name, value in response.headers.items()}
                return HttpResponse(response.status, received, body)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return NoAnswer()

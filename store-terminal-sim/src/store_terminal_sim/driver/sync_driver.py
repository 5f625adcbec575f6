"""Runs the terminal's core without an event loop: for Locust (gevent) and for core tests."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from store_terminal_sim.core.effects import (
    Effect,
    Flow,
    HttpRequest,
    HttpResponse,
    NoAnswer,
    Wait,
)
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.failures import Moment, no_failure

T = TypeVar("T")


@dataclass
class SyncDriver:
    """Drives one terminal; the caller brings the network."""

    counter: Counter
    send: Callable[[HttpRequest], HttpResponse | NoAnswer]
    wait: Callable[[float], None] = time.sleep
    """Seconds; gevent's patched sleep lets other terminals go on."""
    observe: Callable[[Effect, Moment], None] = no_failure
    """Called before and after each effect; may raise `PowerCut`."""

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return what it returns.

        Raises:
            Exception: whatever the flow raises.

        """
        answer: Any = None
        thrown: Exception | None = None
        try:
            while True:
                effect = flow.throw(thrown) if thrown else flow.send(answer)
                answer, thrown = None, None
                self.observe(effect, "before")
                try:
                    answer = self._answer(effect)
                except Exception as error:  # the flow decides what it means
                    thrown = error
                self.observe(effect, "after")
        except StopIteration as end:
            return end.value

    def _answer(self, effect: Effect) -> Any:  # noqa: ANN401 (each effect names its answer)
        match effect:
            case HttpRequest():
                return self.send(effect)
            case Wait():
                return self.wait(effect.seconds)
            case _:
                return self.counter.answer(effect)

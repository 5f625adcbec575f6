"""Planned power cuts, for tests: the terminal dies right before or right after a named step."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from store_terminal_sim.core.effects import Effect, HttpRequest

Moment = Literal["before", "after"]


class PowerCut(BaseException):
    """Power is gone: nothing of the terminal's code runs any more, not even its handlers."""


def cut_by_exception() -> None:
    """End the flow in this process.

    Raises:
        PowerCut: always.

    """
    raise PowerCut


def cut_process() -> None:
    """End this process at once, as `kill -9` does."""
    os._exit(137)


def step_name(effect: Effect) -> str:
    """Return the name of a step: the effect's, and for requests the last part of the path."""
    if isinstance(effect, HttpRequest):
        return f"HttpRequest:{effect.url.rsplit('/', 1)[-1]}"
    return type(effect).__name__


@dataclass
class CutAt:
    """Cuts power at the first step of this name."""

    step: str
    moment: Moment
    cut: Callable[[], None] = cut_by_exception

    def __call__(self, effect: Effect, moment: Moment) -> None:
        """Cut, if this is the moment."""
        if moment == self.moment and step_name(effect) == self.step:
            self.cut()


def no_failure(_effect: Effect, _moment: Moment) -> None:
    """Let everything go well."""

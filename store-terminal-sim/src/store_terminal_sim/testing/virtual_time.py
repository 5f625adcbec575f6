"""An event loop whose time passes only while everybody waits: hours of a fleet in seconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")


class NobodyMoves(Exception):
    """Everybody waits for somebody else."""


class _JumpingSelector(selectors.SelectSelector):
    """Jumps to the next timer instead of sleeping until it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NobodyMoves
        self.now += max(0.0, timeout)
        return super().select(0)


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


@dataclass(frozen=True)
class LoopClock:
    """A clock that goes as the running event loop does."""

    start: datetime

    def now(self) -> datetime:
        """Return the present moment of the simulation."""
        return self.start + timedelta(seconds=asyncio.get_running_loop().time())


def run_in_virtual_time(main: Coroutine[None, None, T]) -> T:
    """Run to the end; nothing in it may wait for a socket or a thread.

    Raises:
        NobodyMoves: it would wait for ever.

    """
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(main)

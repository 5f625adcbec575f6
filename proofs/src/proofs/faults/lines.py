"""The lines of a system, relayed by a thread of their own, so that starting services may wait."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import uvloop

from proofs.faults.line import Line


class Lines:
    """Lines by their names; every change to them is made in their own thread."""

    def __init__(self, lines: Mapping[str, Line]) -> None:
        self._lines = dict(lines)
        self._loop = uvloop.new_event_loop()
        self._end = asyncio.Event()
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lines", daemon=True)

    def __enter__(self) -> Self:
        """Open every line."""
        self._thread.start()
        self._open.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every line."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def __getitem__(self, name: str) -> Line:
        """Return a line, to be read."""
        return self._lines[name]

    def change(self, name: str, change: Callable[[Line], None]) -> None:
        """Do something to a line, soon."""
        self._loop.call_soon_threadsafe(change, self._lines[name])

    def mend_all(self) -> None:
        """Let everything pass again."""
        for name in self._lines:
            self.change(name, Line.mend)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._relay())
        finally:
            self._loop.close()

    async def _relay(self) -> None:
        async with AsyncExitStack() as stack:
            for line in self._lines.values():
                await stack.enter_async_context(line.open())
            self._open.set()
            await self._end.wait()

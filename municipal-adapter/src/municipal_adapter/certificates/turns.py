"""Turns at what all municipalities of a process share: who asks much waits behind itself."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager


class Turns:
    """A number of places; who waits for one waits in the queue of its lane.

    A place that becomes free goes to the next lane, not to the next in line, so that one
    municipality that floods costs each other one at most one turn of it.
    """

    def __init__(self, places: int) -> None:
        """Open `places`, at least one."""
        self._free = places
        self._lanes: dict[Hashable, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def taken(self, lane: Hashable) -> AsyncGenerator[None]:
        """Wait for a place and keep it for as long as the block runs."""
        await self._wait(lane)
        try:
            yield
        finally:
            self._give_on()

    async def _wait(self, lane: Hashable) -> None:
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        queue = self._lanes.setdefault(lane, deque())
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_on()  # it had come just before
            raise

    def _give_on(self) -> None:
        while self._lanes:
            lane = next(iter(self._lanes))
            queue = self._lanes.pop(lane)
            turn = queue.popleft()
            if queue:
                self._lanes[lane] = queue  # behind all others
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

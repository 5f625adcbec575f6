"""A stream whose pieces pass at once where nothing holds them up, and wait for their turn else."""

import asyncio
from collections.abc import Callable, Iterable
from typing import SupportsIndex

CHUNK = 64 * 1024


class Pieces(asyncio.StreamReader):
    """What comes on one end of a connection.

    Most pieces of a long load pass as they come. To wake up a task for each would cost more than
    all else that a line does.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__(limit=CHUNK)
        self.passed: Callable[[bytes], bool] | None = None
        """Passes a piece on at once and tells whether it did; not asked while others wait."""
        self._kept = self._read = self._done = 0

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        """Take a piece from the network."""
        piece, waits = bytes(data), self._kept > self._done
        if waits or self.passed is None or not self.passed(piece):
            self._kept += len(piece)
            super().feed_data(piece)

    async def read(self, n: int = -1) -> bytes:
        """Return bytes that wait."""
        piece = await super().read(n)
        self._read += len(piece)
        return piece

    async def readexactly(self, n: int) -> bytes:
        """Return so many bytes."""
        piece = await super().readexactly(n)
        self._read += len(piece)
        return piece

    def done(self) -> None:
        """Note that all that was read has been passed on."""
        self._done = self._read

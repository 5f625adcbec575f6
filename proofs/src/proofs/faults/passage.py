"""One connection through a line, and whether somebody waits for an answer on it."""

import asyncio
from dataclasses import dataclass, field

_GOODBYE = b"X\x00\x00\x00\x04"
"""How a client of PostgreSQL takes leave: no answer follows."""


@dataclass(eq=False)
class Passage:
    """What a line knows of one of its connections."""

    back: asyncio.StreamWriter
    onwards: asyncio.StreamWriter | None = None
    waits: bool = False
    """A request has passed, and nothing of its answer has."""
    request: bytes = b""
    """The first line of the last request, if it is HTTP."""
    free: asyncio.Event = field(default_factory=asyncio.Event)
    """Not set while its answers are held back."""
    is_cut: bool = False

    def __post_init__(self) -> None:
        """Let everything pass."""
        self.free.set()

    def asked(self, piece: bytes) -> bool:
        """Note a piece of a request; tell whether a new request begins with it."""
        if self.waits or piece.endswith(_GOODBYE):
            return False
        self.waits, self.request = True, piece.split(b"\r\n", 1)[0]
        return True

    def abort(self) -> bool:
        """Break the connection; tell whether somebody waited for an answer on it."""
        waited = self.waits and not self.is_cut
        self.is_cut = True
        for writer in (self.back, self.onwards):
            if writer is not None:
                writer.transport.abort()
        return waited

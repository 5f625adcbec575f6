"""A line between two parts of the system: a TCP relay on loopback that can be cut and slowed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_CHUNK = 64 * 1024


@dataclass
class Line:
    """Passes bytes on to one address, as well as it is told to."""

    host: str
    port: int
    """Where it leads."""
    listens_on: int = 0
    """Its own port on loopback, once it is open."""
    delay_s: float = 0
    """How much later each piece arrives."""
    bytes_per_s: float = 0
    """How many bytes pass at most; 0: any number."""
    answers_lost: bool = False
    """What comes back is thrown away, and nobody is told (a half-open connection)."""
    fails_with: bytes = b""
    """What everybody is answered, whatever they ask; nothing: they are relayed."""
    connections: int = 0
    """Open at present."""
    _free: asyncio.Event = field(default_factory=asyncio.Event)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set[asyncio.StreamWriter])

    @classmethod
    def to(cls, address: str) -> "Line":
        """Return a line to an address like `http://127.0.0.1:8000` or `postgresql://…`."""
        parts = urlsplit(address)
        if parts.hostname is None or parts.port is None:
            raise ValueError("the address needs a host and a port")
        return cls(parts.hostname, parts.port)

    def instead_of(self, address: str) -> str:
        """Return the address with this line in the place of host and port."""
        return address.replace(f"{self.host}:{self.port}", f"127.0.0.1:{self.listens_on}")

    def hold(self) -> None:
        """Let nothing pass, and say nothing: a black hole."""
        self._free.clear()

    def fail(self, answer: bytes) -> None:
        """Break every connection, and answer each new one with this from now on."""
        self.fails_with = answer
        self.cut()

    def mend(self) -> None:
        """Let everything pass again at once."""
        self.delay_s, self.bytes_per_s, self.answers_lost = 0, 0, False
        self.fails_with = b""
        self._free.set()

    def cut(self) -> None:
        """Break every connection."""
        for writer in list(self._writers):
            writer.transport.abort()

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["Line"]:
        """Relay until the end."""
        self._free.set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", self.listens_on)
        self.listens_on = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self._free.set()
            self.cut()
            await asyncio.sleep(0)

    async def _accept(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self._writers.add(back)
        self.connections += 1
        try:
            await self._free.wait()
            if self.fails_with:
                await here.read(_CHUNK)
                back.write(self.fails_with)
                await back.drain()
                back.write_eof()
                return
            there, onwards = await asyncio.open_connection(self.host, self.port)
            self._writers.add(onwards)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pass(here, onwards, answers=False))
                    group.create_task(self._pass(there, back, answers=True))
            finally:
                self._writers.discard(onwards)
                onwards.transport.abort()
        except* (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.connections -= 1
            self._writers.discard(back)
            self._close(back)

    def _close(self, back: asyncio.StreamWriter) -> None:
        # What was answered shall still arrive.
        if self.fails_with:
            back.close()
        else:
            back.transport.abort()

    async def _pass(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        while piece := await source.read(_CHUNK):
            await self._free.wait()
            if answers and self.answers_lost:
                continue
            slow = len(piece) / self.bytes_per_s if self.bytes_per_s else 0
            if self.delay_s or slow:
                await asyncio.sleep(self.delay_s + slow)
            target.write(piece)
            await target.drain()
        # The other direction may still have something to say.
        with suppress(OSError, RuntimeError):
            target.write_eof()

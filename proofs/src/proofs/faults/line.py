"""A line between two parts of the system: a TCP relay on loopback that can be cut and slowed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from proofs.faults.exchange import Exchange, whole_answer
from proofs.faults.passage import Passage
from proofs.faults.pieces import CHUNK, Pieces

_ENDING_LOOKS, _ENDING_LOOK_S = 100, 0.01


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
    exchange: Exchange | None = None
    """Which answers change places."""
    connections: int = 0
    """Open at present."""
    requests: int = 0
    """That passed."""
    struck: int = 0
    """Pieces that were held, slowed or lost here, and requests that were left without an answer
    because the connection broke here or beyond."""
    _free: asyncio.Event = field(default_factory=asyncio.Event)
    _passages: set[Passage] = field(default_factory=set[Passage])

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

    @property
    def waiting(self) -> int:
        """Requests that have passed and are not answered yet."""
        return sum(passage.waits for passage in list(self._passages))

    def hold(self) -> None:
        """Let nothing pass, and say nothing: a black hole."""
        self._free.clear()

    def stall(self) -> None:
        """Hold the answers back that somebody waits for now; later requests pass."""
        for passage in self._passages:
            if passage.waits:
                passage.free.clear()

    def fail(self, answer: bytes) -> None:
        """Break every connection, and answer each new one with this from now on."""
        self.fails_with = answer
        self.cut()

    def mend(self) -> None:
        """Let everything pass again at once."""
        self.delay_s, self.bytes_per_s, self.answers_lost = 0, 0, False
        self.fails_with, self.exchange = b"", None
        self._free.set()
        for passage in self._passages:
            passage.free.set()

    def cut(self) -> None:
        """Break every connection."""
        self.struck += sum(passage.abort() for passage in list(self._passages))

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["Line"]:
        """Relay until the end."""
        self._free.set()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._protocol, "127.0.0.1", self.listens_on)
        self.listens_on = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.mend()
            self.cut()
            for _ in range(_ENDING_LOOKS):
                if not self._passages:
                    break
                await asyncio.sleep(_ENDING_LOOK_S)

    def _protocol(self) -> asyncio.StreamReaderProtocol:
        here = Pieces()

        async def accept(_: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
            await self._accept(here, back)

        return asyncio.StreamReaderProtocol(here, accept)

    async def _accept(self, here: Pieces, back: asyncio.StreamWriter) -> None:
        passage = Passage(back)
        self._passages.add(passage)
        self.connections += 1
        try:
            await self._free.wait()
            if self.fails_with:
                await here.read(CHUNK)
                back.write(self.fails_with)
                await back.drain()
                back.write_eof()
                return
            there, onwards = await _connected(self.host, self.port)
            passage.onwards = onwards
            here.passed = lambda piece: self._sent_on(piece, onwards, passage)
            there.passed = lambda piece: self._brought_back(piece, back, passage)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._go(here, onwards, passage))
                    group.create_task(self._come(there, back, passage))
            finally:
                onwards.transport.abort()
        except* (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.connections -= 1
            self._passages.discard(passage)
            # What was answered shall still arrive.
            back.close() if self.fails_with else back.transport.abort()

    def _sent_on(self, piece: bytes, onwards: asyncio.StreamWriter, passage: Passage) -> bool:
        if self._is_hindered or not _is_open(onwards):
            return False
        self.requests += passage.asked(piece)
        onwards.write(piece)
        return True

    def _brought_back(self, piece: bytes, back: asyncio.StreamWriter, passage: Passage) -> bool:
        changed = self.answers_lost or self.exchange is not None or not passage.free.is_set()
        if changed or self._is_hindered or not _is_open(back):
            return False
        passage.waits = False
        back.write(piece)
        return True

    @property
    def _is_hindered(self) -> bool:
        return not self._free.is_set() or self.delay_s > 0 or self.bytes_per_s > 0

    async def _go(self, here: Pieces, onwards: asyncio.StreamWriter, passage: Passage) -> None:
        while piece := await here.read(CHUNK):
            self.requests += passage.asked(piece)
            await self._passes(piece, self._free)
            await _write(onwards, piece)
            here.done()
        _end(onwards)

    async def _come(self, there: Pieces, back: asyncio.StreamWriter, passage: Passage) -> None:
        try:
            while piece := await there.read(CHUNK):
                if self.exchange is not None and self.exchange.wants(passage, piece):
                    piece = await self._exchanged(self.exchange, piece, there)
                await self._passes(piece, self._free, passage.free)
                if self.answers_lost:
                    self.struck += 1
                else:
                    passage.waits = False
                    await _write(back, piece)
                there.done()
        finally:
            # Whoever answers went away before it did.
            self.struck += passage.waits and not passage.is_cut and not self.answers_lost
            passage.waits = False
        _end(back)

    async def _passes(self, piece: bytes, *free: asyncio.Event) -> None:
        for one in free:
            if not one.is_set():
                self.struck += 1
                await one.wait()
        slow = len(piece) / self.bytes_per_s if self.bytes_per_s else 0
        if self.delay_s or slow:
            self.struck += 1
            await asyncio.sleep(self.delay_s + slow)

    async def _exchanged(
        self, exchange: Exchange, piece: bytes, there: asyncio.StreamReader
    ) -> bytes:
        answer = await whole_answer(piece, there)
        other = await exchange.instead_of(answer)
        self.struck += other != answer
        return other


async def _connected(host: str, port: int) -> tuple[Pieces, asyncio.StreamWriter]:
    loop, there = asyncio.get_running_loop(), Pieces()
    protocol = asyncio.StreamReaderProtocol(there)
    transport, _ = await loop.create_connection(lambda: protocol, host, port)
    return there, asyncio.StreamWriter(transport, protocol, there, loop)


def _is_open(writer: asyncio.StreamWriter) -> bool:
    """Tell whether a piece would leave at once."""
    transport = writer.transport
    return not transport.is_closing() and transport.get_write_buffer_size() == 0


async def _write(writer: asyncio.StreamWriter, piece: bytes) -> None:
    # Whoever was cut off while a piece was held gets no more.
    if writer.transport.is_closing():
        raise ConnectionResetError
    writer.write(piece)
    await writer.drain()


def _end(writer: asyncio.StreamWriter) -> None:
    # The other direction may still have something to say.
    with suppress(OSError, RuntimeError):
        writer.write_eof()

"""The stamper's work: be the one, stamp batch after batch, until told to stop.

The lock and the batches are on one connection: whoever loses it can commit nothing more, so there
is one chain whatever dies, and whenever.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import structlog
from madoguchi_wire.kit import telemetry
from madoguchi_wire.kit.pool import Connection, server_settings
from madoguchi_wire.stamps import MAXIMUM_EVENTS

from stamper.evidence import StampEvidence
from stamper.following import Follower
from stamper.key import StampingKey
from stamper.metrics import Metrics
from stamper.outbox import MarkedByOthers, own, stamp_batch

COMMAND_SECONDS = 20
"""An answer that takes longer counts as a lost connection."""
WAIT_SECONDS = 0.5
_KEEPALIVE = {
    # The server must notice soon that a lock's owner is cut off, for another to take over.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_log = structlog.get_logger()


@dataclass(frozen=True)
class Chain:
    """Whose chain it is, and where."""

    database_url: str
    clock_offset: timedelta | None
    key: StampingKey
    seconds: float
    """Between one look for events and the next."""


class Stamper:
    """One stamper; `followers` ask others for their words while it is at work."""

    def __init__(
        self,
        chain: Chain,
        evidence: StampEvidence,
        followers: Sequence[Follower],
        metrics: Metrics,
    ) -> None:
        self._chain, self._evidence = chain, evidence
        self.followers, self._metrics = followers, metrics
        self._stop = asyncio.Event()
        self.fault: str | None = "the stamper has not started yet"
        """What keeps it from stamping, in words; None while it stamps."""

    async def run(self) -> None:
        """Stamp until `stop`; a fault is told in `fault`, and tried again."""
        while not self._stop.is_set():
            try:
                async with self._connection() as connection:
                    await self._work(connection)
            except Exception as error:
                # asyncpg fails in many ways when a server goes away, and all mean: try again.
                self._tell(_words(error), kind=type(error).__name__)
                await self._pause(WAIT_SECONDS)

    def stop(self) -> None:
        """Finish the batch under way, and end."""
        self._stop.set()

    async def _work(self, connection: Connection) -> None:
        while not await own(connection):
            self._tell("another stamper is at work: this one waits to take over")
            await self._pause(WAIT_SECONDS)
            if self._stop.is_set():
                return
        await self._evidence.complete_all()
        asking = [asyncio.create_task(follower.run()) for follower in self.followers]
        try:
            self._metrics.at_work.set(1)
            _log.info("stamper_at_work")
            await self._stamp(connection)
        finally:
            self._metrics.at_work.set(0)
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)

    async def _stamp(self, connection: Connection) -> None:
        key = self._chain.key
        while not self._stop.is_set():
            if (unfit := key.fault()) is not None:
                self._tell(unfit)
                await self._pause(WAIT_SECONDS)
                continue
            self.fault = None
            with telemetry.span("stamper batch"), self._metrics.batch.time():
                events = await stamp_batch(connection, key.centre, key.signing)
            if events:
                self._metrics.stamps.inc()
                self._metrics.events.inc(events)
            if events < MAXIMUM_EVENTS:
                await self._pause(self._chain.seconds)

    def _tell(self, fault: str, **fields: str) -> None:
        if fault != self.fault:
            _log.warning("stamper_stamps_nothing", reason=fault, **fields)
        self.fault = fault

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[Connection]:
        connection = await asyncpg.connect(
            self._chain.database_url,
            timeout=5,
            command_timeout=COMMAND_SECONDS,
            server_settings=server_settings(self._chain.clock_offset, "madoguchi-stamper")
            | _KEEPALIVE,
        )
        try:
            yield connection
        finally:
            # Not `close`, which would wait for a server that may be gone.
            connection.terminate()


def _words(error: Exception) -> str:
    match error:
        case asyncpg.UndefinedTableError() | asyncpg.UndefinedColumnError():
            return "the database lacks the table of stamps: run `gateway migrate` first"
        case MarkedByOthers():
            return "another program stamps events: find and stop it"
        case _:
            return f"the database does not answer ({type(error).__name__}): is it running?"

"""The relay's work: own the outbox, carry batch after batch, over every fault, until told to stop.

Connection, lock and sink live and die together: any fault ends all three, and a new turn starts
from what the database knows. So nothing is believed that was not committed.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import asyncpg
import structlog
from madoguchi_wire.kit import telemetry

from relay.outbox import (
    COMMAND_SECONDS,
    Connection,
    MarkedByOthers,
    next_batch,
    own,
    server_settings,
)
from relay.sink import Sink, SinkFault
from relay.traces import links_of

POLL_SECONDS = 0.1
WAIT_SECONDS = 0.5
BATCH_ROWS = 500
_log = structlog.get_logger()


class Relay:
    """One relay between an outbox and a sink."""

    def __init__(self, database_url: str, clock_offset: timedelta, sink: Sink) -> None:
        self._database_url = database_url
        self._clock_offset = clock_offset
        self._sink = sink
        self._stop = asyncio.Event()
        self.fault: str | None = "the relay has not started yet"
        """What keeps it from carrying events, in words; None while it carries them."""

    async def run(self) -> None:
        """Carry events until `stop`; a fault is told in `fault`, and tried again."""
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
            self._tell("another relay owns the outbox: this one waits to take over")
            await self._pause(WAIT_SECONDS)
            if self._stop.is_set():
                return
        try:
            await self._sink.open(connection)
            self.fault = None
            _log.info("relay_carries_events")
            await self._carry(connection)
        finally:
            await self._sink.close()

    async def _carry(self, connection: Connection) -> None:
        while not self._stop.is_set():
            rows = await next_batch(connection, BATCH_ROWS)
            if rows:
                with telemetry.span("relay batch", links=links_of(rows), events=len(rows)):
                    await self._sink.publish(connection, rows)
            else:
                await self._pause(POLL_SECONDS)

    def _tell(self, fault: str, **fields: str) -> None:
        if fault != self.fault:
            _log.warning("relay_carries_nothing", reason=fault, **fields)
        self.fault = fault

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[Connection]:
        connection = await asyncpg.connect(
            self._database_url,
            timeout=5,
            command_timeout=COMMAND_SECONDS,
            server_settings=server_settings(self._clock_offset),
        )
        try:
            yield connection
        finally:
            # Not `close`, which would wait for a server that may be gone.
            connection.terminate()


def _words(error: Exception) -> str:
    match error:
        case SinkFault():
            return str(error)
        case asyncpg.UndefinedTableError() | asyncpg.UndefinedFunctionError():
            return "the database lacks the outbox: run `gateway migrate` first"
        case MarkedByOthers():
            return "another program marks events as published: find and stop it"
        case _:
            return f"the database does not answer ({type(error).__name__}): is it running?"

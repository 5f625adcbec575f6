"""The relay's work: hold buckets, carry page after page, over every fault, until told to stop.

Connection, buckets and sink live and die together: any fault ends all three, and a new turn starts
from what the database knows. So nothing is believed that was not committed.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import asyncpg
import structlog
from madoguchi_wire.kit import telemetry

from relay.batch import Row
from relay.buckets import STAMPS, Buckets
from relay.outbox import (
    COMMAND_SECONDS,
    Connection,
    MarkedByOthers,
    Pages,
    server_settings,
)
from relay.sink import Published, Sink, SinkFault
from relay.stamps import next_stamps
from relay.traces import links_of

POLL_SECONDS = 0.1
WAIT_SECONDS = 0.5
_EXPECTED = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    MarkedByOthers,
    SinkFault,
)
_ALONE = "another relay owns the outbox: this one waits to take over"
_SHARED = "other relays hold all buckets of the outbox: this one waits to take over"
_log = structlog.get_logger()


class Relay:
    """One relay between an outbox and a sink."""

    def __init__(self, database_url: str, clock_offset: timedelta | None, sink: Sink) -> None:
        self._database_url = database_url
        self._clock_offset = clock_offset
        self._sink = sink
        self._stop = asyncio.Event()
        self.fault: str | None = "the relay has not started yet"
        """What keeps it from carrying all events, in words; None while it carries them."""
        self.published = self.set_aside = self.stamps = 0
        """Events and stamps since it started."""
        self.buckets = 0
        """Those of events that it holds now."""

    async def run(self) -> None:
        """Carry events until `stop`; a fault is told in `fault`, and tried again."""
        while not self._stop.is_set():
            try:
                async with self._connection() as connection:
                    await self._work(connection)
            except Exception as error:
                # asyncpg fails in many ways when a server goes away, and all mean: try again.
                self._tell(_words(error), kind=type(error).__name__)
                if not isinstance(error, _EXPECTED):
                    _log.exception("relay_failed")
                await self._pause(WAIT_SECONDS)

    def stop(self) -> None:
        """Finish the batch under way, and end."""
        self._stop.set()

    async def _work(self, connection: Connection) -> None:
        buckets = Buckets(connection, alone=self._sink.alone)
        try:
            if self._sink.alone and not await self._join(buckets):
                return
            await self._sink.open(connection)
            # Who cannot reach the sink leaves all buckets to others.
            if not await self._join(buckets):
                return
            self.fault = None
            _log.info("relay_carries_events")
            await self._carry(connection, buckets)
        finally:
            self.buckets = 0
            await self._sink.close()

    async def _join(self, buckets: Buckets) -> bool:
        """Wait until this relay has a bucket to carry; False if it is told to stop before."""
        while not self._stop.is_set():
            if await buckets.settle():
                return True
            self._tell(_ALONE if self._sink.alone else _SHARED)
            await self._pause(WAIT_SECONDS)
        return False

    async def _carry(self, connection: Connection, buckets: Buckets) -> None:
        pages, seen, fault = Pages(connection), _Faults(), None
        while await self._join(buckets):
            self.buckets = len(buckets.events)
            rows = await pages.next(buckets.events, past_what_waits=fault is not None)
            published = await self._publish(connection, rows)
            stamps = await self._stamps(connection) if STAMPS in buckets.held else Published()
            fault = published.fault or stamps.fault
            self._say(seen.after(pages.passes, fault) or await self._sink.lacks())
            if not pages.goes_on and not stamps.events:
                # Each batch costs a commit and a write to the disk: a few events wait for others.
                await self._pause(WAIT_SECONDS if fault else POLL_SECONDS)

    async def _publish(self, connection: Connection, rows: Sequence[Row]) -> Published:
        if not rows:
            return Published()
        with telemetry.span("relay batch", links=links_of(rows), events=len(rows)):
            published = await self._sink.publish(connection, rows)
        self.published += published.events
        self.set_aside += published.set_aside
        if published.set_aside:
            _log.error("relay_set_events_aside", events=published.set_aside)
        return published

    async def _stamps(self, connection: Connection) -> Published:
        stamps = await next_stamps(connection)
        if not stamps:
            return Published()
        published = await self._sink.publish_stamps(connection, stamps)
        self.stamps += published.events
        return published

    def _say(self, fault: str | None) -> None:
        if fault is not None and fault != self.fault:
            _log.warning("relay_carries_what_it_can", reason=fault)
        self.fault = fault

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


class _Faults:
    """What stays wrong: a fault holds until a whole pass over the outbox met none."""

    def __init__(self) -> None:
        self._pass = 0
        self._now: str | None = None
        self._before: str | None = None

    def after(self, number: int, fault: str | None) -> str | None:
        """Return what is wrong after a page of pass `number`."""
        if number != self._pass:
            self._pass, self._before, self._now = number, self._now, None
        self._now = fault or self._now
        return self._now or self._before


def _words(error: Exception) -> str:
    match error:
        case SinkFault():
            return str(error)
        case asyncpg.UndefinedTableError() | asyncpg.UndefinedFunctionError():
            return "the database lacks the outbox: run `gateway migrate` first"
        case MarkedByOthers():
            return "another program marks events as published: find and stop it"
        case _ if isinstance(error, _EXPECTED):
            return f"the database does not answer ({type(error).__name__}): is it running?"
        case _:
            return f"the relay itself failed ({type(error).__name__}): its log says where"

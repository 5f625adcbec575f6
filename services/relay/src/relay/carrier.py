"""The loop: take what is unpublished, publish it, again; one relay at a time for each sink."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NoReturn

import asyncpg
import structlog
from aiokafka.errors import KafkaError  # pyright: ignore[reportMissingTypeStubs]
from madoguchi_wire.kit import telemetry
from madoguchi_wire.kit.database_time import server_settings

from relay.batch import Connection, next_batch
from relay.file_sink import FileTooShort
from relay.sink import Sink

POLL_SECONDS = 0.1
RETRY_SECONDS = 1.0
LAG_LIMIT = timedelta(minutes=5)
_LAG = """
    SELECT count(*) AS rows,
           coalesce(extract(epoch FROM madoguchi_now() - min(created_at)), 0)::float AS seconds
    FROM outbox WHERE published_at IS NULL
"""
_FAULTS = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    KafkaError,
    FileTooShort,
)
_log = structlog.get_logger()


class Carrier:
    """Carries events from one outbox to one sink."""

    def __init__(self, database_url: str, offset: timedelta, sink: Sink) -> None:
        self._database_url = database_url
        self._offset = offset
        self._sink = sink
        self._fault: str | None = "has not begun to carry events"
        self._lag = (0, 0.0)

    async def run(self) -> NoReturn:
        """Carry for ever; a fault is told by `fault` and tried again."""
        while True:
            try:
                async with self._connection() as connection:
                    await self._own(connection)
            except _FAULTS as error:
                reason = str(error) if isinstance(error, FileTooShort) else type(error).__name__
                self._fault = f"cannot carry events ({reason})"
                _log.warning("relay_interrupted", sink=self._sink.name, reason=reason)
            await asyncio.sleep(RETRY_SECONDS)

    async def fault(self) -> str | None:
        """Say in words what is wrong; None if events are carried without much delay."""
        rows, seconds = self._lag
        if self._fault is None and seconds > LAG_LIMIT.total_seconds():
            return f"{rows} events wait, the oldest for {seconds:.0f} s: is the sink slow?"
        return self._fault

    async def close(self) -> None:
        """Let go of the sink."""
        await self._sink.close()

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[Connection]:
        settings = {"application_name": "madoguchi-relay", **server_settings(self._offset)}
        connection = await asyncpg.connect(
            self._database_url, server_settings=settings, timeout=5, command_timeout=30
        )
        try:
            yield connection
        finally:
            await connection.close(timeout=2)

    async def _own(self, connection: Connection) -> None:
        lock = lock_of(self._sink.name)
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock):
            self._fault = "another relay owns this sink: this one waits to take over"
            await asyncio.sleep(RETRY_SECONDS)
        await self._sink.open(connection)
        self._fault = None
        _log.info("relay_carries", sink=self._sink.name)
        while True:
            if not await self._carry(connection):
                await self._measure(connection)
                await asyncio.sleep(POLL_SECONDS)

    async def _carry(self, connection: Connection) -> bool:
        batch = await next_batch(connection)
        if batch:
            with telemetry.span("relay publish", events=len(batch), sink=self._sink.name):
                # Once begun, a batch is finished, even while the process is told to stop.
                await asyncio.shield(self._sink.publish(connection, batch))
        return bool(batch)

    async def _measure(self, connection: Connection) -> None:
        row = await connection.fetchrow(_LAG)
        if row is not None:
            self._lag = (row["rows"], row["seconds"])


def lock_of(name: str) -> int:
    """Return the number of the advisory lock for a sink."""
    digest = hashlib.sha256(f"madoguchi-relay\n{name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)

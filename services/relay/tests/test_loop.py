"""The relay's own loop, over a real outbox."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise

import asyncpg
from gateway.audit.outbox import OutboxRow, insert_events
from relay.batch import Row
from relay.loop import POLL_SECONDS, Relay
from relay.outbox import Connection, mark_published
from relay.sink import Published
from relay.stamps import CompleteStamp

_EVENTS = 40


class CountingSink:
    """Keeps nothing, and notes when each batch came."""

    alone = True

    def __init__(self) -> None:
        self.ended: list[float] = []
        self.complete = asyncio.Event()
        self._events = 0

    async def open(self, connection: Connection) -> None:
        """Need nothing."""

    async def lacks(self) -> None:
        """Lack nothing."""

    async def publish(self, connection: Connection, rows: Sequence[Row]) -> Published:
        """Mark them."""
        await mark_published(connection, rows)
        self.ended.append(asyncio.get_running_loop().time())
        self._events += len(rows)
        if self._events == _EVENTS:
            self.complete.set()
        return Published(events=len(rows))

    async def publish_stamps(
        self,
        connection: Connection,  # noqa: ARG002 (other sinks need it)
        stamps: Sequence[CompleteStamp],
    ) -> Published:
        """Get none here."""
        return Published(len(stamps))

    async def close(self) -> None:
        """Need nothing."""


async def test_events_that_come_one_by_one_are_carried_together(
    database_url: str, events: Callable[[int], list[OutboxRow]]
) -> None:
    sink = CountingSink()
    relay = Relay(database_url, timedelta(0), sink)
    working = asyncio.create_task(relay.run())
    connection = await asyncpg.connect(database_url)
    try:
        for row in events(_EVENTS):
            await insert_events(connection, [row])
            await asyncio.sleep(0.01)
        async with asyncio.timeout(20):
            await sink.complete.wait()
    finally:
        await connection.close()
        relay.stop()
        await working
    # A commit and a write to the disk for each would cost more than all else it does.
    assert min(later - one for one, later in pairwise(sink.ended)) >= POLL_SECONDS * 0.9

"""Dead letters go on to a topic of their own, each with the reason and where it came from."""

from collections.abc import Sequence
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer  # pyright: ignore[reportMissingTypeStubs] (it has none)
from aiokafka.errors import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    MessageSizeTooLargeError,
)
from madoguchi_wire.kit.pool import Pool

from audit.consuming.topics import Topics

_AT_ONCE = 50
_SHORTENED_BYTES = 64 * 1024
_LARGEST_BYTES = 32 * 1024 * 1024
_UNSENT = """
    SELECT position, origin, partition, place, reason, what, key, value FROM dead_letters
    WHERE sent_at IS NULL AND origin = ANY ($1) ORDER BY position LIMIT $2
    FOR UPDATE SKIP LOCKED
"""
_SENT = "UPDATE dead_letters SET sent_at = clock_timestamp() WHERE position = ANY ($1)"


class LetterSender:
    """Sends what the archive set aside and nobody has sent on yet."""

    def __init__(self, pool: Pool, servers: str, topics: Topics) -> None:
        self._pool = pool
        self._topics = topics
        self._servers = servers
        self._ours = [topics.events, topics.stamps]
        self._producer: Any = None

    async def send(self) -> None:
        """Send all that waits; a letter is marked after the brokers have it."""
        while await self._send_some() == _AT_ONCE:
            pass

    async def close(self) -> None:
        """Disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def _send_some(self) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            letters = await connection.fetch(_UNSENT, self._ours, _AT_ONCE)
            if letters:
                await self._connect()
                await self._all(letters)
                await connection.execute(_SENT, [letter["position"] for letter in letters])
        return len(letters)

    async def _connect(self) -> None:
        if self._producer is None:
            producer: Any = AIOKafkaProducer(
                bootstrap_servers=self._servers,
                client_id="madoguchi-audit",
                acks="all",
                enable_idempotence=True,
                max_request_size=_LARGEST_BYTES,
            )
            await producer.start()
            self._producer = producer

    async def _all(self, letters: Sequence[asyncpg.Record]) -> None:
        for letter in letters:
            headers = [
                ("reason", letter["reason"].encode()),
                ("what", letter["what"].encode()),
                ("origin", letter["origin"].encode()),
                ("origin-partition", str(letter["partition"]).encode()),
                ("origin-offset", str(letter["place"]).encode()),
            ]
            try:
                await self._one(letter["key"], letter["value"], headers)
            except MessageSizeTooLargeError:
                # The topic takes no message of this size: its beginning; the archive has it whole.
                shortened = letter["value"][:_SHORTENED_BYTES]
                await self._one(None, shortened, [*headers, ("shortened", b"true")])

    async def _one(self, key: bytes | None, value: bytes, headers: list[tuple[str, bytes]]) -> None:
        topic = self._topics.dead_letters
        await self._producer.send_and_wait(topic, key=key, value=value, headers=headers)

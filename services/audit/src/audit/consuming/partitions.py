"""The partitions that a consumer has at present, and where each of them stands."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

import structlog
from aiokafka import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    AIOKafkaConsumer,
    ConsumerRebalanceListener,
)
from aiokafka.errors import KafkaError  # pyright: ignore[reportMissingTypeStubs] (it has none)
from madoguchi_wire.kit.pool import Pool

from audit.archive.offsets import Stands, go_to, stands_in
from audit.consuming.topic_ids import topic_ids
from audit.consuming.topics import Topics

_FETCH_BYTES = 4 * 1024 * 1024
_ALL_BYTES = 16 * 1024 * 1024
_METADATA_MS = 10_000
_READ_AGAIN = 3
"""Times that a gap is read again before it is believed."""
_CLOSE_SECONDS = 5
_log = structlog.get_logger()


def make_consumer(servers: str, group: str) -> Any:  # noqa: ANN401 (aiokafka has no types)
    """Return a consumer in bounded memory, which begins at the beginning."""
    return AIOKafkaConsumer(
        bootstrap_servers=servers,
        group_id=group,
        client_id="madoguchi-audit",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=_FETCH_BYTES,
        fetch_max_bytes=_ALL_BYTES,
        metadata_max_age_ms=_METADATA_MS,
    )


async def close_consumer(consumer: Any) -> None:  # noqa: ANN401 (aiokafka has no types)
    """Leave the group and disconnect, whatever the brokers say to it."""
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await consumer.stop()
    except asyncio.CancelledError:
        # With no broker there aiokafka's `stop` ends halfway, by cancelling a task of its own.
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
    except (KafkaError, OSError, TimeoutError):
        _log.info("brokers_not_told_of_the_end")
    with suppress(KafkaError, OSError):
        await consumer._client.close()  # noqa: SLF001 (what `stop` did not come to)


class Partitions(ConsumerRebalanceListener):
    """Hears of every rebalance, and goes to the archive's own offsets."""

    LOST: Final = -1

    def __init__(
        self,
        consumer: Any,  # noqa: ANN401 (aiokafka has no types)
        pool: Pool,
        topics: Topics,
    ) -> None:
        self._consumer = consumer
        self._pool = pool
        self._topics = topics
        self._standing: dict[Any, int | None] = {}
        self._resting: set[Any] = set()
        self._ids: Mapping[str, UUID] = {}
        self._not_begun: Exception | None = None
        self._gaps: dict[Any, tuple[int, int]] = {}

    async def on_partitions_revoked(  # pyright: ignore[reportIncompatibleMethodOverride] (may await)
        self,
        revoked: Any,  # noqa: ANN401 (aiokafka has no types)
    ) -> None:
        """Let go: others read on."""
        for partition in revoked:
            self._standing.pop(partition, None)
            self._resting.discard(partition)

    async def on_partitions_assigned(  # pyright: ignore[reportIncompatibleMethodOverride] (may await)
        self,
        assigned: Any,  # noqa: ANN401 (aiokafka has no types)
    ) -> None:
        """Begin each partition where the archive stands."""
        self._standing.clear()
        self._resting.clear()
        self._not_begun = None
        try:
            await self._ask_ids()
            for partition in assigned:
                await self.look_again(partition)
        except Exception as error:
            # The client would log it and go on, and nobody would read these partitions.
            self._not_begun = error

    def check(self) -> None:
        """Raise what kept the last assignment from beginning, if something did."""
        if self._not_begun is not None:
            raise self._not_begun

    def standing(self, partition: Any) -> int | None:  # noqa: ANN401
        """Return the next offset to keep; None: it was never read; `LOST`: it is another's."""
        return self._standing.get(partition, self.LOST)

    def reading(self) -> tuple[Any, ...]:
        """Return the partitions that are this consumer's and do not rest."""
        return tuple(self._standing)

    async def continues(self, partition: Any, offset: int) -> bool:  # noqa: ANN401
        """Tell whether an offset is the next one that the broker has; else go back and read again.

        Around a rebalance the client may give what comes later, although it was told where to
        begin. A gap that stays is one: messages that the broker removed, or marks of its own.
        """
        stands = self._standing.get(partition)
        following = await self.begin_of(partition) if stands is None else stands
        at, times = self._gaps.get(partition, (following, 0))
        if offset <= following or (at == following and times >= _READ_AGAIN):
            self._gaps.pop(partition, None)
            return True
        self._gaps[partition] = (following, times + 1 if at == following else 1)
        _log.warning(
            "read_again", topic=partition.topic, partition=partition.partition, offset=following
        )
        await self.look_again(partition)
        return False

    def reached(self, partition: Any, following: int) -> None:  # noqa: ANN401
        """Say that everything before `following` is kept."""
        if partition in self._standing:
            self._standing[partition] = following

    def rest(self, partition: Any) -> None:  # noqa: ANN401
        """Read no more of a partition until `wake`, and then the same again."""
        self._resting.add(partition)
        self._standing.pop(partition, None)
        self._consumer.pause(partition)

    async def wake(self) -> None:
        """Go on with the partitions that rest, from where the archive stands."""
        for partition in tuple(self._resting):
            self._resting.discard(partition)
            await self.look_again(partition)
            self._consumer.resume(partition)

    async def look_again(self, partition: Any) -> None:  # noqa: ANN401
        """Go to where the archive stands in a partition that may have been read by another."""
        was = await stands_in(self._pool, partition.topic, partition.partition)
        if was is None:
            self._consumer.seek(partition, await self.begin_of(partition))
            self._standing[partition] = None
            return
        following, topic_id = was.following, self.topic_id(partition)
        if await self._is_anew(partition, was):
            # From its beginning, for what is known already is not kept again.
            _log.error("topic_was_made_anew", topic=partition.topic, stood=following)
            following = await self.begin_of(partition)
        if (following, topic_id or was.topic_id) != (was.following, was.topic_id):
            await go_to(
                self._pool,
                partition.topic,
                partition.partition,
                following,
                topic_id or was.topic_id,
            )
        self._consumer.seek(partition, following)
        self._standing[partition] = following

    def topic_id(self, partition: Any) -> UUID | None:  # noqa: ANN401
        """Return the id of a partition's topic, as of the last look; None: unknown."""
        return self._ids.get(partition.topic)

    async def notice_new_topics(self) -> None:
        """Begin again where a topic was made anew while it was read: no rebalance need tell it."""
        before = self._ids
        await self._ask_ids()
        for partition in tuple(self._standing):
            is_other = self.topic_id(partition) not in (None, before.get(partition.topic))
            if is_other and partition in self._standing:
                await self.look_again(partition)

    async def _ask_ids(self) -> None:
        names = [self._topics.events, self._topics.stamps]
        self._ids = await topic_ids(self._consumer._client, names)  # noqa: SLF001 (no other way)

    async def _is_anew(self, partition: Any, was: Stands) -> bool:  # noqa: ANN401
        now = self.topic_id(partition)
        if now is not None and was.topic_id is not None and now != was.topic_id:
            return True
        ends: int = (await self._consumer.end_offsets([partition]))[partition]
        return ends < was.following

    async def begin_of(self, partition: Any) -> int:  # noqa: ANN401
        """Return the first offset that is there."""
        begins: int = (await self._consumer.beginning_offsets([partition]))[partition]
        return begins

    async def tell_broker(self) -> None:
        """Tell the broker as well, for those who watch lag there; nothing depends on it."""
        told = {p: stands for p, stands in self._standing.items() if stands is not None}
        try:
            if told:
                await self._consumer.commit(told)
        except (KafkaError, ValueError):
            _log.info("broker_not_told_of_offsets")

    async def fault(self) -> str | None:
        """Say in words which topics are missing; None: both are there."""
        there = await self._consumer.topics()
        missing = [
            topic for topic in (self._topics.events, self._topics.stamps) if topic not in there
        ]
        if missing:
            return f"the topic {' and '.join(missing)} is missing: create it (docs/audit/kafka.md)"
        return None

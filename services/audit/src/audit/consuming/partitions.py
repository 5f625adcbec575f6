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
    """Hears of every rebalance, and goes to the archive's own offsets.

    The client tells of a rebalance in a task of its own, and gives messages of a new partition
    meanwhile, from where it likes. So the listener only notes whose a partition is. The task that
    reads begins it, between two reads: what was given before is never taken for what follows.
    """

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
        self._mine: set[Any] = set()
        self._standing: dict[Any, int | None] = {}
        self._begins: dict[Any, int] = {}
        self._resting: set[Any] = set()
        self._read_again: dict[Any, int] = {}
        self._ids: Mapping[str, UUID] = {}

    def on_partitions_revoked(self, revoked: Any) -> None:  # noqa: ANN401, ARG002 (all of them)
        """Let go: others read on."""
        self._now_mine(set())

    def on_partitions_assigned(self, assigned: Any) -> None:  # noqa: ANN401
        """Note what is to begin."""
        self._now_mine(set(assigned))

    def _now_mine(self, partitions: set[Any]) -> None:
        self._mine = partitions
        self._standing.clear()
        self._resting.clear()
        self._read_again.clear()

    async def begin(self) -> None:
        """Begin each partition that is new where the archive stands."""
        new = self._mine - self._standing.keys() - self._resting
        if new:
            await self._ask_ids()
            await self.look_again(*new)

    def standing(self, partition: Any) -> int | None:  # noqa: ANN401
        """Return the next offset to keep; None: it was never read; `LOST`: it is another's."""
        return self._standing.get(partition, self.LOST)

    def reading(self) -> tuple[Any, ...]:
        """Return the partitions that are this consumer's and do not rest."""
        return tuple(self._standing)

    async def removed_before(self, partition: Any, offset: int) -> int | None:  # noqa: ANN401
        """Count what the broker removed between where the archive stands and what was given next.

        None: it may have what was not given, so it is asked once more from there. What it does
        not give then is no message: marks of transactions take offsets, too.
        """
        stands = self._standing[partition]
        following = self._begins[partition] if stands is None else stands
        if offset == following:
            return 0
        following = max(following, await self.begin_of(partition))
        if offset > following and self._read_again.get(partition) != following:
            self._read_again[partition] = following
            place = partition.partition
            _log.warning("read_again", topic=partition.topic, partition=place, offset=following)
            await self.look_again(partition)
            return None
        return 0 if stands is None else min(offset, following) - stands

    def reached(self, partition: Any, following: int) -> None:  # noqa: ANN401
        """Say that everything before `following` is kept."""
        if partition in self._standing:
            self._standing[partition] = following

    def rest(self, partition: Any) -> None:  # noqa: ANN401
        """Read no more of a partition until `wake`, and then the same again."""
        if partition in self._standing:
            self._resting.add(partition)
            del self._standing[partition]
            self._consumer.pause(partition)

    async def wake(self) -> None:
        """Go on with the partitions that rest, from where the archive stands."""
        resting = tuple(self._resting)
        await self.look_again(*resting)
        for partition in resting:
            if partition in self._standing:
                self._resting.discard(partition)
                self._consumer.resume(partition)

    async def look_again(self, *partitions: Any) -> None:  # noqa: ANN401
        """Go to where the archive stands in partitions that may have been read by another."""
        mine = self._mine
        stood = {one: await stands_in(self._pool, one.topic, one.partition) for one in partitions}
        begins = await self._consumer.beginning_offsets(partitions)
        ends = await self._consumer.end_offsets(partitions)
        for partition, was in stood.items():
            begin, following = begins[partition], None
            if was is not None:
                following = await self._following(partition, was, begin, ends[partition])
            if self._mine is not mine or partition not in mine:
                # A rebalance came in between: `begin` comes to what is left of them.
                return
            self._consumer.seek(partition, begin if following is None else following)
            self._standing[partition], self._begins[partition] = following, begin

    async def _following(self, partition: Any, was: Stands, begin: int, end: int) -> int:  # noqa: ANN401
        following, topic_id = was.following, self.topic_id(partition)
        if self._is_anew(was, topic_id, end):
            # From its beginning, for what is known already is not kept again.
            _log.error("topic_was_made_anew", topic=partition.topic, stood=following)
            following = begin
        topic_id = topic_id or was.topic_id
        if (following, topic_id) != (was.following, was.topic_id):
            await go_to(self._pool, partition.topic, partition.partition, following, topic_id)
        return following

    @staticmethod
    def _is_anew(was: Stands, now: UUID | None, end: int) -> bool:
        if now is not None and was.topic_id is not None and now != was.topic_id:
            return True
        return end < was.following

    def topic_id(self, partition: Any) -> UUID | None:  # noqa: ANN401
        """Return the id of a partition's topic, as of the last look; None: unknown."""
        return self._ids.get(partition.topic)

    async def notice_new_topics(self) -> None:
        """Begin again where a topic was made anew while it was read: no rebalance need tell it."""
        before = self._ids
        await self._ask_ids()
        changed = [
            partition
            for partition in self._standing
            if self.topic_id(partition) not in (None, before.get(partition.topic))
        ]
        if changed:
            await self.look_again(*changed)

    async def _ask_ids(self) -> None:
        names = [self._topics.events, self._topics.stamps]
        self._ids = await topic_ids(self._consumer._client, names)  # noqa: SLF001 (no other way)

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

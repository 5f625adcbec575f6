"""The consumer's work: archive batch after batch, over every fault, until told to stop.

What is read and where reading stands are committed together in PostgreSQL, and every assignment of
a partition begins where that says. So neither a kill nor a rebalance loses or doubles anything;
the broker's own offsets are only for those who watch its lag.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiokafka.errors import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    KafkaError,
    KafkaTimeoutError,
)
from madoguchi_wire.clock import Clock
from madoguchi_wire.kit.pool import Connection, Pool
from madoguchi_wire.stamp_chain import ChainRules

from audit.archive.again import judge_again
from audit.archive.batch import Judged, Message, judge_events, judge_stamps, keep
from audit.archive.keeping import Months
from audit.archive.offsets import ReadByAnother, advance
from audit.consuming.metrics import Metrics
from audit.consuming.partitions import Partitions, close_consumer, make_consumer
from audit.consuming.topics import Topics
from audit.consuming.unreadable import Passed, Readable
from audit.settings import Settings
from audit.trusting import Trusting

WAIT_SECONDS = 0.5
LOOK_SECONDS = 5.0
"""Between two looks at the brokers: whether they answer, and whether the topics are there."""
BATCH_MESSAGES = 1000
_ANSWER_SECONDS = 10
_log = structlog.get_logger()


class Consumer:
    """One consumer of a group."""

    def __init__(
        self, pool: Pool, servers: str, settings: Settings, clock: Clock, metrics: Metrics
    ) -> None:
        self._pool = pool
        self._servers, self._group = servers, settings.kafka_group
        self._topics = Topics(settings.kafka_topic)
        self._centre, self._clock = settings.centre, clock
        self._trusting = Trusting(settings, clock)
        self._judged_by: ChainRules | None = None
        self._months = Months()
        self._stop = asyncio.Event()
        self.metrics = metrics
        self.fault: str | None = "the consumer has not started yet"
        """What keeps it from archiving, in words; None while it archives."""

    async def run(self) -> None:
        """Archive until `stop`; a fault is told in `fault`, and tried again."""
        while not self._stop.is_set():
            try:
                await self._work()
            except Exception as error:
                # Brokers and databases go away in many ways, and all mean: try again.
                self._tell(_words(error), kind=type(error).__name__)
                await self._pause()

    def stop(self) -> None:
        """Finish the batch under way, and end."""
        self._stop.set()

    async def _work(self) -> None:
        consumer = make_consumer(self._servers, self._group)
        partitions = Partitions(consumer, self._pool, self._topics)
        readable = Readable(consumer, partitions)
        consumer.subscribe([self._topics.events, self._topics.stamps], listener=partitions)
        try:
            await consumer.start()
            looked = float("-inf")
            while not self._stop.is_set():
                is_due = time.monotonic() - looked >= LOOK_SECONDS
                untrusted = await self._trust(partitions) if is_due else None
                await partitions.begin()
                found = await readable.read(BATCH_MESSAGES)
                for partition, records in found.items():
                    await self._archive(partitions, partition, records)
                if is_due:
                    await self._look(partitions, readable.fault() or untrusted)
                    await self._pass_over(readable, partitions)
                    looked = time.monotonic()
        finally:
            await close_consumer(consumer)

    async def _trust(self, partitions: Partitions) -> str | None:
        """See whose signatures count now; say in words why stamps have to wait."""
        fault = await asyncio.to_thread(self._trusting.look)
        rules = self._trusting.rules
        if rules is not None:
            await partitions.wake()
            if rules is not self._judged_by:
                async with self._pool.acquire() as connection:
                    kept = await judge_again(connection, rules, self._clock.now())
                self.metrics.counts.stamps += kept
                self._judged_by = rules
        return fault

    async def _look(self, partitions: Partitions, untrusted: str | None) -> None:
        """See what the brokers say; seldom, for an answer waits behind a fetch that is open."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await partitions.notice_new_topics()
                self._tell(await partitions.fault() or untrusted)
                await partitions.tell_broker()
        except TimeoutError as error:
            # The client would ask for ever.
            raise KafkaTimeoutError from error

    async def _archive(self, partitions: Partitions, partition: Any, records: Any) -> None:  # noqa: ANN401 (aiokafka has no types)
        was = partitions.standing(partition)
        if was is partitions.LOST:
            return
        fresh = [record for record in records if was is None or record.offset >= was]
        if not fresh:
            return
        removed = await partitions.removed_before(partition, fresh[0].offset)
        if removed is None:
            return
        if removed:
            self.metrics.skipped += removed
            _log.error("messages_were_removed_unread", topic=partition.topic, first_missing=was)
        judged = await self._judge(partition.topic, [_message(record) for record in fresh])
        if judged is None:
            partitions.rest(partition)
            return
        following = fresh[-1].offset + 1

        async def standing(connection: Connection) -> None:
            await advance(
                connection,
                partition.topic,
                partition.partition,
                was,
                following,
                partitions.topic_id(partition),
            )

        try:
            async with self._pool.acquire() as connection:
                counts = await keep(connection, judged, self._months, standing)
        except ReadByAnother:
            await partitions.look_again(partition)
            return
        partitions.reached(partition, following)
        self.metrics.counts.add(counts)

    async def _pass_over(self, readable: Readable, partitions: Partitions) -> None:
        """Keep a dead letter for each place that nobody can read, and go on behind it."""
        for passed in await readable.again():
            partition = passed.partition

            async def standing(connection: Connection, passed: Passed = passed) -> None:
                partition, was, following = passed.partition, passed.was, passed.following
                topic_id = partitions.topic_id(partition)
                place = (partition.topic, partition.partition, was, following, topic_id)
                await advance(connection, *place)

            letters = Judged(letters=[passed.letter])
            try:
                async with self._pool.acquire() as connection:
                    counts = await keep(connection, letters, self._months, standing)
            except ReadByAnother:
                await partitions.look_again(partition)
                continue
            self.metrics.counts.add(counts)
            await readable.pass_over(passed)

    async def _judge(self, topic: str, messages: Sequence[Message]) -> Judged | None:
        """Judge messages; None: nobody can at present, so they wait."""
        rules, now = self._trusting.rules, self._clock.now()
        if topic != self._topics.stamps:
            return judge_events(messages, self._centre, now)
        # A thousand stamps are seconds of signatures; the group must go on hearing of us.
        return (
            None if rules is None else await asyncio.to_thread(judge_stamps, messages, rules, now)
        )

    def _tell(self, fault: str | None, **fields: str) -> None:
        if fault != self.fault:
            log = _log.info if fault is None else _log.warning
            log("archive_consumes" if fault is None else "archive_waits", reason=fault, **fields)
        self.fault = fault

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS):
                await self._stop.wait()


def _message(record: Any) -> Message:  # noqa: ANN401 (aiokafka has no types)
    return Message(record.topic, record.partition, record.offset, record.key, record.value or b"")


def _words(error: Exception) -> str:
    if isinstance(error, KafkaError):
        return (
            f"Kafka does not answer ({type(error).__name__}): are the brokers running, and is"
            " KAFKA_BOOTSTRAP_SERVERS right?"
        )
    return f"the archive's database does not answer ({type(error).__name__}): is it running?"

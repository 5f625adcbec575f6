"""Partitions whose next messages nobody can read: the others go on, and in time they do, too.

A broken disk of a broker or a codec that is unknown here is a matter of one place in one
partition. That place is tried again for a while, as another replica may have it whole; then it is
passed over, and a dead letter says so. What was lost there is what `audit verify` misses, and the
gateway still has it.
"""

import gzip
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka.errors import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    CorruptRecordException,
    KafkaTimeoutError,
    UnsupportedCodecError,
)

from audit.archive.letters import Letter
from audit.consuming.partitions import Partitions

FAULTS = (CorruptRecordException, UnsupportedCodecError, EOFError, gzip.BadGzipFile, zlib.error)
"""What the client raises for bytes that are no messages."""
REASON = "unreadable"
AGAIN_SECONDS = 20.0
TRIES = 3
_POLL_MS = 200
_ALONE_MS = 2000
_log = structlog.get_logger()


@dataclass
class _Held:
    """Why a partition is not read at present."""

    why: str
    tries: int
    tried_at: float


@dataclass(frozen=True)
class Passed:
    """A place that is passed over: what the archive keeps instead."""

    partition: Any
    was: int | None
    following: int
    letter: Letter


class Readable:
    """Reads what can be read of the partitions that a consumer has."""

    def __init__(self, consumer: Any, partitions: Partitions) -> None:  # noqa: ANN401 (aiokafka)
        self._consumer = consumer
        self._partitions = partitions
        self._held: dict[Any, _Held] = {}

    async def read(self, most: int) -> dict[Any, Any]:
        """Return up to `most` messages, by partition; those that cannot be read are held."""
        try:
            return await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=most)
        except FAULTS:
            return await self._one_by_one(most)

    def fault(self) -> str | None:
        """Say in words which partitions cannot be read; None: all can."""
        held = [
            f"{partition.topic} {partition.partition} cannot be read"
            f" from offset {self._partitions.standing(partition)} on ({held.why})"
            for partition, held in self._held.items()
        ]
        if not held:
            return None
        return f"{'; '.join(held)}: look at the brokers' disks; the others are read"

    async def again(self) -> list[Passed]:
        """Try partitions again that are held; return the places to be passed over at last."""
        passed: list[Passed] = []
        for partition, held in tuple(self._held.items()):
            if self._partitions.standing(partition) == self._partitions.LOST:
                del self._held[partition]
            elif time.monotonic() - held.tried_at >= AGAIN_SECONDS:
                held.tries, held.tried_at = held.tries + 1, time.monotonic()
                if await self._is_readable(partition, await self._stands(partition)):
                    await self._go_on(partition)
                elif held.tries > TRIES:
                    passed.append(await self._next_readable(partition, held))
                else:
                    self._consumer.pause(partition)
        return passed

    async def pass_over(self, passed: Passed) -> None:
        """Go on behind a place, now that the archive says that it is passed over."""
        self._partitions.reached(passed.partition, passed.following)
        await self._go_on(passed.partition)

    async def _go_on(self, partition: Any) -> None:  # noqa: ANN401
        self._held.pop(partition, None)
        await self._partitions.look_again(partition)
        self._consumer.resume(partition)

    async def _one_by_one(self, most: int) -> dict[Any, Any]:
        reading = self._partitions.reading()
        # What the client had read of the others when it failed, it will not give again.
        await self._partitions.look_again(*reading)
        found: dict[Any, Any] = {}
        for partition in reading:
            if partition in self._held:
                continue
            try:
                found |= await self._consumer.getmany(
                    partition, timeout_ms=_POLL_MS, max_records=most
                )
            except FAULTS as error:
                if good := await self._up_to_the_fault(partition, most):
                    found[partition] = good
                else:
                    self._hold(partition, type(error).__name__)
        return found

    async def _up_to_the_fault(self, partition: Any, most: int) -> list[Any]:  # noqa: ANN401
        """Return the messages before a place that cannot be read, which fell with it."""
        await self._partitions.look_again(partition)
        good: list[Any] = []
        with suppress(*FAULTS):
            while len(good) < most:
                found = await self._consumer.getmany(partition, timeout_ms=_ALONE_MS, max_records=1)
                if not found:
                    break
                good += found[partition]
        return good

    def _hold(self, partition: Any, why: str) -> None:  # noqa: ANN401
        self._consumer.pause(partition)
        self._held[partition] = _Held(why, 1, time.monotonic())
        _log.error(
            "partition_unreadable",
            topic=partition.topic,
            partition=partition.partition,
            offset=self._partitions.standing(partition),
            why=why,
        )

    async def _stands(self, partition: Any) -> int:  # noqa: ANN401
        stands = self._partitions.standing(partition)
        return await self._partitions.begin_of(partition) if stands is None else stands

    async def _next_readable(self, partition: Any, held: _Held) -> Passed:  # noqa: ANN401
        begins = await self._stands(partition)
        ends: int = (await self._consumer.end_offsets([partition]))[partition]
        following = begins + 1
        while following < ends and not await self._is_readable(partition, following):
            following += 1
        self._consumer.pause(partition)
        what = f"offsets {begins} to {following - 1} cannot be read ({held.why})"
        letter = Letter(partition.topic, partition.partition, begins, REASON, what, None, b"")
        return Passed(partition, self._partitions.standing(partition), following, letter)

    async def _is_readable(self, partition: Any, place: int) -> bool:  # noqa: ANN401
        """Tell whether the message at an offset, or the next one that is there, can be read.

        Raises:
            KafkaTimeoutError: nothing comes.

        """
        self._consumer.seek(partition, place)
        self._consumer.resume(partition)
        try:
            found = await self._consumer.getmany(partition, timeout_ms=_ALONE_MS, max_records=1)
        except FAULTS:
            return False
        if not found:
            raise KafkaTimeoutError
        return True

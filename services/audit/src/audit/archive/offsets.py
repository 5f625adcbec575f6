"""Where reading stands, kept with what was read: the broker's memory of it does not count."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi_wire.kit.pool import Connection, Executor

_STANDS = """
    SELECT next_offset AS following, topic_id FROM offsets WHERE topic = $1 AND partition = $2
"""
_START = "INSERT INTO offsets (topic, partition, next_offset, topic_id) VALUES ($1, $2, $3, $4)"
_ADVANCE = """
    UPDATE offsets SET next_offset = $4
    WHERE topic = $1 AND partition = $2 AND next_offset = $3
"""
_GO_TO = """
    UPDATE offsets SET next_offset = $3, topic_id = $4 WHERE topic = $1 AND partition = $2
"""


class ReadByAnother(Exception):
    """Another consumer has read on from here: this one has lost the partition."""


@dataclass(frozen=True)
class Stands:
    """Where the archive stands in a partition."""

    following: int
    """The offset to go on from."""
    topic_id: UUID | None
    """Of the topic that was read up to there; None: read before ids were kept."""


async def stands_in(connection: Executor, topic: str, partition: int) -> Stands | None:
    """Return where the archive stands; None if the partition was never read."""
    found = await connection.fetchrow(_STANDS, topic, partition)
    return None if found is None else Stands(**dict(found.items()))


async def go_to(
    connection: Executor, topic: str, partition: int, following: int, topic_id: UUID | None
) -> None:
    """Say where a partition that was read before stands now, and in which topic of its name."""
    await connection.execute(_GO_TO, topic, partition, following, topic_id)


async def advance(
    connection: Connection,
    topic: str,
    partition: int,
    was: int | None,
    following: int,
    topic_id: UUID | None = None,
) -> None:
    """Say that everything before `following` is kept, in the transaction that keeps it.

    Args:
        connection: of the transaction.
        topic: its name.
        partition: its number.
        was: where this consumer believes that the partition stands; None: it was never read.
        following: the next offset.
        topic_id: of the topic, if the partition was never read.

    Raises:
        ReadByAnother: the partition does not stand where this consumer believes.
        asyncpg.UniqueViolationError: another consumer began to read it at the same moment.

    """
    if was is None:
        await connection.execute(_START, topic, partition, following, topic_id)
        return
    told = await connection.execute(_ADVANCE, topic, partition, was, following)
    if told != "UPDATE 1":
        raise ReadByAnother(f"{topic} {partition}")

"""Where reading stands, kept with what was read: the broker's memory of it does not count."""

from madoguchi_wire.kit.pool import Connection, Executor

_NEXT = "SELECT next_offset FROM offsets WHERE topic = $1 AND partition = $2"
_START = "INSERT INTO offsets (topic, partition, next_offset) VALUES ($1, $2, $3)"
_ADVANCE = """
    UPDATE offsets SET next_offset = $4
    WHERE topic = $1 AND partition = $2 AND next_offset = $3
"""


class ReadByAnother(Exception):
    """Another consumer has read on from here: this one has lost the partition."""


async def next_offset(connection: Executor, topic: str, partition: int) -> int | None:
    """Return the offset to go on from; None if the partition was never read."""
    found: int | None = await connection.fetchval(_NEXT, topic, partition)
    return found


async def advance(
    connection: Connection, topic: str, partition: int, was: int | None, following: int
) -> None:
    """Say that everything before `following` is kept, in the transaction that keeps it.

    Raises:
        ReadByAnother: the partition does not stand where this consumer believes.
        asyncpg.UniqueViolationError: another consumer began to read it at the same moment.

    """
    if was is None:
        await connection.execute(_START, topic, partition, following)
        return
    told = await connection.execute(_ADVANCE, topic, partition, was, following)
    if told != "UPDATE 1":
        raise ReadByAnother(f"{topic} {partition}")

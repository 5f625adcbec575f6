"""What others sign over stamps, as it is added to them: countersignatures and time stamps."""

from dataclasses import dataclass

from madoguchi_wire.kit.pool import Connection, Pool

AT_ONCE = 100
_UNSIGNED = """
    SELECT number, token, digest, total FROM stamps
    WHERE number > $1 AND NOT countersignatures ? $2 ORDER BY number LIMIT $3
"""
_UNTIMED = """
    SELECT number, token, digest, total FROM stamps
    WHERE number > $1 AND timestamp IS NULL AND complete_at IS NULL AND published_at IS NULL
    ORDER BY number LIMIT $2
"""
_SIGNED = "UPDATE stamps SET countersignatures = countersignatures || $2 WHERE number = $1"
_TIMED = "UPDATE stamps SET timestamp = $2 WHERE number = $1 AND timestamp IS NULL"
_COMPLETE = """
    UPDATE stamps SET complete_at = madoguchi_now()
    WHERE number >= $1 AND number <= $2 AND complete_at IS NULL AND published_at IS NULL
      AND (SELECT count(*) FROM jsonb_object_keys(countersignatures)) >= $3
      AND (timestamp IS NOT NULL OR NOT $4)
"""
_INCOMPLETE = """
    SELECT count(*), coalesce(extract(epoch FROM madoguchi_now() - min(stamped_at)), 0)::float
    FROM stamps WHERE complete_at IS NULL AND published_at IS NULL
"""
_LAST = 2**62


@dataclass(frozen=True)
class Bare:
    """A stamp that lacks somebody's word."""

    number: int
    token: str
    digest: str
    total: int


@dataclass(frozen=True)
class Incomplete:
    """Stamps that wait for others' words."""

    stamps: int
    seconds: float
    """Age of the oldest."""


class StampEvidence:
    """Adds others' words to stamps.

    Args:
        pool: of the gateway's database.
        needed: countersignatures until a stamp is complete.
        timed: whether a time stamp is needed as well.
    """

    def __init__(self, pool: Pool, needed: int, *, timed: bool) -> None:
        self._pool, self._needed, self._timed = pool, needed, timed

    async def unsigned(self, municipality: str, after: int) -> list[Bare]:
        """Return stamps that a municipality has not countersigned, in the order of numbers."""
        rows = await self._pool.fetch(_UNSIGNED, after, municipality, AT_ONCE)
        return [Bare(*row) for row in rows]

    async def untimed(self, after: int) -> list[Bare]:
        """Return incomplete stamps without a time stamp, in the order of numbers."""
        return [Bare(*row) for row in await self._pool.fetch(_UNTIMED, after, AT_ONCE)]

    async def countersigned(self, number: int, municipality: str, token: str) -> None:
        """Keep a verified countersignature."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_SIGNED, number, {municipality: token})
            await self._complete(connection, number, number)

    async def timestamped(self, number: int, token: bytes) -> None:
        """Keep a verified time stamp."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_TIMED, number, token)
            await self._complete(connection, number, number)

    async def complete_all(self) -> None:
        """Complete what has enough by now, because the settings ask for less than before."""
        async with self._pool.acquire() as connection:
            await self._complete(connection, 1, _LAST)

    async def incomplete(self) -> Incomplete:
        """Return how much waits, and for how long."""
        record = await self._pool.fetchrow(_INCOMPLETE)
        return Incomplete(*record) if record is not None else Incomplete(0, 0)

    async def _complete(self, connection: Connection, first: int, last: int) -> None:
        await connection.execute(_COMPLETE, first, last, self._needed, self._timed)

"""What a municipality has seen of the chain of stamps, in its own database; append-only."""

from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
from madoguchi_wire.kit.pool import Connection, Pool
from madoguchi_wire.signed import token_digest
from madoguchi_wire.stamps import Head, Stamp

from municipal_adapter.officers.named import by_name_and_reason
from municipal_adapter.witness.chain import Seen, fault_of_first, fault_of_next

LOCK = 7216400735
"""Number of the advisory lock under which replicas add a stamp; any number nobody else uses."""

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_COLUMNS = "number, digest, total, stamped_at, seen_at"
_HEAD = f"SELECT {_COLUMNS} FROM witnessed_stamps ORDER BY number DESC LIMIT 1"  # noqa: S608
_OLDEST = f"SELECT {_COLUMNS} FROM witnessed_stamps ORDER BY number LIMIT 1"  # noqa: S608
_AS_OF = f"""
    SELECT {_COLUMNS} FROM witnessed_stamps WHERE stamped_at <= $1
    ORDER BY stamped_at DESC, number DESC LIMIT 1
"""  # noqa: S608 (names of ours)
_ONE = f"SELECT {_COLUMNS} FROM witnessed_stamps WHERE number = $1 AND digest = $2"  # noqa: S608
_ADD = f"""
    INSERT INTO witnessed_stamps (number, digest, total, stamped_at) VALUES ($1, $2, $3, $4)
    RETURNING {_COLUMNS}
"""  # noqa: S608 (names of ours)
_RESTORED = """
    INSERT INTO restored_heads (number, seen_by, officer, reason) VALUES ($1, $2, $3, $4)
"""
_RESTORATIONS = "SELECT number, seen_by, officer, reason, at FROM restored_heads ORDER BY number"
_CONFLICT = """
    INSERT INTO stamp_conflicts (digest, number, token, why) VALUES ($1, $2, $3, $4)
    ON CONFLICT (digest) DO UPDATE SET times = stamp_conflicts.times + 1, last_at = madoguchi_now()
"""
_CONFLICTS = "SELECT number, digest, why, times, first_at, last_at FROM stamp_conflicts"


@dataclass(frozen=True)
class Conflict:
    """A stamp that the centre signed, and that does not continue what was seen here."""

    number: int
    digest: str
    why: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Restored:
    """A stamp from which this witness went on though it did not see those before it."""

    number: int
    seen_by: str
    """The municipality whose word says that it was the newest."""
    officer: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Refused:
    """Why a stamp was not added."""

    why: str


class WitnessBook:
    """The book of one municipality."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def head(self) -> Seen | None:
        """Return the newest stamp that was seen here."""
        return _seen(await self._pool.fetchrow(_HEAD))

    async def head_as_of(self, moment: datetime) -> Seen | None:
        """Return the newest stamp that was made up to a moment; the oldest, if all came later."""
        return _seen(await self._pool.fetchrow(_AS_OF, moment)) or await self.oldest()

    async def oldest(self) -> Seen | None:
        """Return the stamp from which on the chain was seen here."""
        return _seen(await self._pool.fetchrow(_OLDEST))

    async def add(self, stamp: Stamp, token: str) -> Seen | Refused:
        """Add a verified stamp if it continues the chain; one that is known stays as it is."""
        digest = token_digest(token)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            known = _seen(await connection.fetchrow(_ONE, stamp.number, digest))
            if known is not None:
                return known
            head = _seen(await connection.fetchrow(_HEAD))
            why = fault_of_first(stamp) if head is None else fault_of_next(head, stamp)
            if why is None:
                return await _added(connection, stamp, digest)
            await connection.execute(_CONFLICT, digest, stamp.number, token, why)
            return Refused(why)

    async def restore(self, said: Head, officer: str, reason: str) -> None:
        """Go on from a stamp that a witness saw, after this database came from a backup.

        Raises:
            ValueError: it is not newer than what was seen here, or officer or reason is blank.

        """
        officer, reason = by_name_and_reason(officer, reason)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            head = _seen(await connection.fetchrow(_HEAD))
            if head is not None and said.number <= head.number:
                raise ValueError(
                    f"stamps up to {head.number} were seen here, and this one is {said.number}:"
                    " only a newer one helps"
                )
            # A head is signed later than its stamp, and the next stamp may be older than that.
            earliest = _EARLIEST if head is None else head.stamped_at
            await connection.fetchrow(_ADD, said.number, said.stamp, said.total, earliest)
            await connection.execute(_RESTORED, said.number, said.municipality, officer, reason)

    async def restorations(self) -> list[Restored]:
        """Return from where this witness went on after backups."""
        return [Restored(**row) for row in await self._pool.fetch(_RESTORATIONS)]

    async def conflicts(self) -> list[Conflict]:
        """Return what did not continue the chain, the oldest first."""
        rows = await self._pool.fetch(f"{_CONFLICTS} ORDER BY first_at, number")
        return [Conflict(**row) for row in rows]


async def _added(connection: Connection, stamp: Stamp, digest: str) -> Seen:
    row = await connection.fetchrow(_ADD, stamp.number, digest, stamp.total, stamp.stamped_at)
    added = _seen(row)
    if added is None:
        raise LookupError("an INSERT without its row")
    return added


def _seen(row: asyncpg.Record | None) -> Seen | None:
    return None if row is None else Seen(**row)

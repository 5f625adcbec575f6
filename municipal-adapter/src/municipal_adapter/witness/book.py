"""What a municipality has seen of the chain of stamps, in its own database; append-only."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg
from madoguchi_wire.kit.pool import Connection, Pool
from madoguchi_wire.signed import token_digest
from madoguchi_wire.stamps import Stamp

from municipal_adapter.witness.chain import Seen, fault_of_first, fault_of_next

LOCK = 7216400735
"""Number of the advisory lock under which replicas add a stamp; any number nobody else uses."""

_COLUMNS = "number, digest, total, stamped_at, seen_at"
_HEAD = f"SELECT {_COLUMNS} FROM witnessed_stamps ORDER BY number DESC LIMIT 1"  # noqa: S608
_OLDEST = f"SELECT {_COLUMNS} FROM witnessed_stamps ORDER BY number LIMIT 1"  # noqa: S608
_ONE = f"SELECT {_COLUMNS} FROM witnessed_stamps WHERE number = $1 AND digest = $2"  # noqa: S608
_ADD = f"""
    INSERT INTO witnessed_stamps (number, digest, total, stamped_at) VALUES ($1, $2, $3, $4)
    RETURNING {_COLUMNS}
"""  # noqa: S608 (names of ours)
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

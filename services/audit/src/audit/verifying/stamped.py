"""The leaves of all stamps beside the archived events, in tables of this connection alone."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.stamps import Stamp, StampRecord

_TABLE = """
    CREATE TEMPORARY TABLE stamped (
        digest text NOT NULL, number bigint NOT NULL, place int NOT NULL, stamped_at timestamptz,
        not_before timestamptz
    ) ON COMMIT DROP
"""
_Row = tuple[str, int, int, datetime | None, datetime | None]
_INDEX = "CREATE INDEX ON stamped (digest)"
_AT_ONCE = 50_000
_CAUGHT_UP = timedelta(hours=4)
"""Within which everything is stamped that waited for a stamper: issuing stops after as long."""


@dataclass
class Span:
    """From which stamp to which."""

    first_at: datetime | None = None
    last_at: datetime | None = None
    leaves: int = 0
    _waiting: list[_Row] = field(default_factory=list[_Row])
    _recent: deque[datetime] = field(default_factory=deque[datetime])
    _not_before: datetime | None = None

    async def make_table(self, connection: Connection) -> None:
        """Begin; inside a transaction, at whose end the table is gone."""
        await connection.execute(_TABLE)

    async def add(
        self, connection: Connection, number: int, record: StampRecord
    ) -> datetime | None:
        """Add the leaves of a stamp; return when it says that it was made."""
        stamped_at = _time(record)
        if stamped_at is not None:
            self.first_at = self.first_at or stamped_at
            self.last_at = stamped_at
            self._step(stamped_at)
        self._waiting += self._rows(number, record.leaves, stamped_at)
        self.leaves += len(record.leaves)
        if len(self._waiting) >= _AT_ONCE:
            await self._write(connection)
        return stamped_at

    async def finish(self, connection: Connection) -> None:
        """Write the rest."""
        await self._write(connection)
        await connection.execute(_INDEX)
        await connection.execute("ANALYZE stamped")

    def _step(self, stamped_at: datetime) -> None:
        # An event of a stamp is younger than the last stamp before it that is not of the same
        # catching up.
        self._recent.append(stamped_at)
        while stamped_at - self._recent[0] > _CAUGHT_UP:
            self._not_before = self._recent.popleft()

    def _rows(
        self, number: int, leaves: Sequence[str], stamped_at: datetime | None
    ) -> Iterator[_Row]:
        for place, leaf in enumerate(leaves, start=1):
            yield leaf, number, place, stamped_at, self._not_before

    async def _write(self, connection: Connection) -> None:
        await connection.copy_records_to_table("stamped", records=self._waiting)
        self._waiting.clear()


def _time(record: StampRecord) -> datetime | None:
    try:
        return Stamp.parsed(unverified_payload(record.stamp)).stamped_at
    except SignatureRefused:
        return None

"""The leaves of all stamps beside the archived events, in tables of this connection alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.stamps import Stamp, StampRecord

_TABLE = """
    CREATE TEMPORARY TABLE stamped (
        digest text NOT NULL, number bigint NOT NULL, place int NOT NULL, stamped_at timestamptz
    ) ON COMMIT DROP
"""
_INDEX = "CREATE INDEX ON stamped (digest)"
_AT_ONCE = 50_000


@dataclass
class Span:
    """From which stamp to which."""

    first_at: datetime | None = None
    last_at: datetime | None = None
    leaves: int = 0
    _waiting: list[tuple[str, int, int, datetime | None]] = field(
        default_factory=list[tuple[str, int, int, datetime | None]]
    )

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
        self._waiting += _rows(number, record.leaves, stamped_at)
        self.leaves += len(record.leaves)
        if len(self._waiting) >= _AT_ONCE:
            await self._write(connection)
        return stamped_at

    async def finish(self, connection: Connection) -> None:
        """Write the rest."""
        await self._write(connection)
        await connection.execute(_INDEX)
        await connection.execute("ANALYZE stamped")

    async def _write(self, connection: Connection) -> None:
        await connection.copy_records_to_table("stamped", records=self._waiting)
        self._waiting.clear()


def _rows(
    number: int, leaves: Sequence[str], stamped_at: datetime | None
) -> Iterator[tuple[str, int, int, datetime | None]]:
    for place, leaf in enumerate(leaves, start=1):
        yield leaf, number, place, stamped_at


def _time(record: StampRecord) -> datetime | None:
    try:
        return Stamp.parsed(unverified_payload(record.stamp)).stamped_at
    except SignatureRefused:
        return None

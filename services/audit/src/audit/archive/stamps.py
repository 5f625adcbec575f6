"""The archived stamps in their order, each with every countersignature that came with it.

Where a day begins is found by what the records say themselves: a column can be changed by whoever
runs the database, a signed time cannot.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import asyncpg
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import token_digest, unverified_payload
from madoguchi_wire.stamps import Stamp, StampRecord
from pydantic import ValidationError

_RECORDS = """
    SELECT number, stamp, stamped_at, record_digest, record FROM stamp_records
    WHERE centre = $1 AND number > $2 AND number <= $3
    ORDER BY number, stamp, archived_at
"""
_SPAN = "SELECT min(number), max(number) FROM stamp_records WHERE centre = $1"
_UP_TO = "SELECT max(number) FROM stamp_records WHERE centre = $1 AND number <= $2"
_LARGEST = 2**63 - 1
_UNREADABLE = StampRecord.model_construct(stamp="", leaves=(), countersignatures=())


@dataclass(frozen=True)
class KnownStamp:
    """A stamp of the archive."""

    number: int
    """As its row says; whether it is true is for `verify`."""
    record: StampRecord
    says: Stamp | None
    """What the record says, whoever signed it; None: nothing that can be read."""
    differing: tuple[str, ...] = ()
    """Columns that say something else than the record."""


async def stamps_in_order(
    connection: Connection, centre: str, first_day: date | None = None, last_day: date | None = None
) -> AsyncIterator[KnownStamp]:
    """Give the stamps that were made on these days; inside a transaction of the caller."""
    before = last = None
    if first_day is not None:
        before = await last_before(connection, centre, first_day)
    if last_day is not None:
        last = await last_before(connection, centre, last_day + timedelta(days=1))
        if last is None:
            return
    after, to = 0 if before is None else before.number, _LARGEST if last is None else last.number
    async for stamp in stamps_between(connection, centre, after, to):
        yield stamp


async def stamps_between(
    connection: Connection, centre: str, after: int = 0, to: int = _LARGEST
) -> AsyncIterator[KnownStamp]:
    """Give the stamps behind a number, up to another; inside a transaction of the caller."""
    held: KnownStamp | None = None
    async for row in connection.cursor(_RECORDS, centre, after, to):
        stamp = _known(row, centre)
        if held is not None and held.record.stamp == stamp.record.stamp:
            held = _together(held, stamp)
            continue
        if held is not None:
            yield held
        held = stamp
    if held is not None:
        yield held


async def last_before(connection: Connection, centre: str, day: date) -> KnownStamp | None:
    """Return the last stamp that says that it was made before a day of Japan's.

    Signed times never run back, so it is sought by halves. Whoever put lies among the records
    misleads the search to one of these: judge the stamp that is returned, and those behind it.
    Inside a transaction of the caller.
    """
    low, high = await connection.fetchrow(_SPAN, centre) or (None, None)
    found: KnownStamp | None = None
    begins = datetime.combine(day, time(0), JAPAN)
    while low is not None and low <= high:
        number = await connection.fetchval(_UP_TO, centre, (low + high) // 2)
        stamp = await _one(connection, centre, number)
        if stamp.says is not None and stamp.says.stamped_at < begins:
            found, low = stamp, (low + high) // 2 + 1
        else:
            high = number - 1
    return found


async def _one(connection: Connection, centre: str, number: int) -> KnownStamp:
    # Of two stamps of one number the first: verify looks at both, or has called them wrong.
    async for stamp in stamps_between(connection, centre, number - 1, number):
        return stamp
    raise LookupError(f"stamp {number} is gone within a transaction")


def _known(row: asyncpg.Record, centre: str) -> KnownStamp:
    try:
        record = StampRecord.model_validate_json(row["record"])
    except ValidationError:
        # Not as it was archived: in its place stands a stamp that nobody signed.
        return KnownStamp(row["number"], _UNREADABLE, None)
    try:
        says = Stamp.parsed(unverified_payload(record.stamp))
    except SignatureRefused:
        return KnownStamp(row["number"], record, None)
    told = {
        "centre": (centre, says.centre),
        "number": (row["number"], says.number),
        "stamped_at": (row["stamped_at"], says.stamped_at),
        "stamp": (row["stamp"], token_digest(record.stamp)),
        "record_digest": (row["record_digest"], sha256_hex(row["record"])),
    }
    differing = tuple(name for name, (column, said) in told.items() if column != said)
    return KnownStamp(row["number"], record, says, differing)


def _together(one: KnownStamp, other: KnownStamp) -> KnownStamp:
    first, second = one.record, other.record
    signed = tuple(sorted({*first.countersignatures, *second.countersignatures}))
    timestamp = first.timestamp or second.timestamp
    record = first.model_copy(update={"countersignatures": signed, "timestamp": timestamp})
    differing = tuple(sorted({*one.differing, *other.differing}))
    return KnownStamp(one.number, record, one.says, differing)

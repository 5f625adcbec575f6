"""The archived stamps in their order, each with every countersignature that came with it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamps import StampRecord

_RECORDS = """
    SELECT number, stamp, record FROM stamp_records
    WHERE centre = $1
      AND ($2::date IS NULL OR (stamped_at AT TIME ZONE 'Asia/Tokyo')::date >= $2)
      AND ($3::date IS NULL OR (stamped_at AT TIME ZONE 'Asia/Tokyo')::date <= $3)
    ORDER BY number, stamp, archived_at
"""


@dataclass(frozen=True)
class KnownStamp:
    """A stamp of the archive."""

    number: int
    """As it says itself; whether it is true is for `verify`."""
    record: StampRecord


async def stamps_in_order(
    connection: Connection, centre: str, first_day: date | None = None, last_day: date | None = None
) -> AsyncIterator[KnownStamp]:
    """Give the stamps that were made on these days; inside a transaction of the caller."""
    held: KnownStamp | None = None
    async for row in connection.cursor(_RECORDS, centre, first_day, last_day):
        record = StampRecord.model_validate_json(row["record"])
        if held is not None and held.record.stamp == record.stamp:
            held = KnownStamp(held.number, _together(held.record, record))
            continue
        if held is not None:
            yield held
        held = KnownStamp(row["number"], record)
    if held is not None:
        yield held


def _together(one: StampRecord, other: StampRecord) -> StampRecord:
    signed = sorted({*one.countersignatures, *other.countersignatures})
    timestamp = one.timestamp or other.timestamp
    return one.model_copy(update={"countersignatures": tuple(signed), "timestamp": timestamp})

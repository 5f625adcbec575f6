"""Past months of the outbox: once the archive has them, their payloads need not stay here, too.

The rows stay, with digest, stamp and number: a later event of the same issuance follows them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from madoguchi_wire.clock import japan_day
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Connection

from gateway.audit.outbox import free_row, insert_events

SETTLED = timedelta(days=31)
"""How long a month has to be over, so that its last events were read by whoever reads late."""
_PARTITION = "SELECT to_regclass($1)::text"
_EMPTY = """
    WITH emptied AS (
        UPDATE {partition} AS event SET canonical = ''
        FROM stamps
        WHERE stamps.number = event.stamp AND stamps.published_at IS NOT NULL
          AND event.published_at IS NOT NULL AND event.set_aside IS NULL
          AND event.canonical <> ''
        RETURNING event.position
    )
    SELECT count(*) FROM emptied
"""
_LEFT = "SELECT count(*) FROM {partition} WHERE canonical <> ''"


@dataclass(frozen=True)
class Emptied:
    """What became of a month's payloads."""

    events: int
    left: int
    """Not published, not under a published stamp, or set aside: they are nowhere else."""


async def empty_month(
    connection: Connection, month: date, by: str, source: str, now: datetime
) -> Emptied:
    """Empty what a past month's events said, of those that are elsewhere; an event tells of it.

    Args:
        connection: to the gateway's database.
        month: its first day.
        by: who wants it, by name.
        source: of the event that tells it.
        now: the present.

    Raises:
        ValueError: it is not over for long, or unknown.

    """
    following = (month + timedelta(days=31)).replace(day=1)
    if following + SETTLED > japan_day(now):
        raise ValueError(f"a month can be emptied {SETTLED.days} days after its end")
    partition = await connection.fetchval(_PARTITION, month.strftime("outbox_%Y_%m"))
    if partition is None:
        raise ValueError("there is no such month in the outbox")
    async with connection.transaction():
        count: int = await connection.fetchval(_EMPTY.format(partition=partition))
        left: int = await connection.fetchval(_LEFT.format(partition=partition))
        if count:
            event = free_row(
                source=source,
                type=EventType.OUTBOX_EMPTIED,
                moment=now,
                municipality=None,
                data={"month": f"{month:%Y-%m}", "events": count, "emptied_by": by},
            )
            await insert_events(connection, [event])
    return Emptied(count, left)

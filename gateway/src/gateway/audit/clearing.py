"""Past months of the outbox: once the archive has them, their payloads need not stay here, too."""

from datetime import date, datetime, timedelta

from madoguchi_wire.clock import japan_day
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Connection

from gateway.audit.outbox import free_row, insert_events

SETTLED = timedelta(days=31)
"""How long a month has to be over, so that its last events were read by whoever reads late."""
_PARTITION = "SELECT to_regclass($1)::text"
_WAITING = """
    SELECT count(*) FILTER (WHERE published_at IS NULL) AS unpublished,
           count(*) FILTER (WHERE stamp IS NULL) AS unstamped,
           count(*) FILTER (WHERE set_aside IS NOT NULL) AS set_aside,
           (SELECT count(*) FROM stamps
            WHERE number <= max(event.stamp) AND published_at IS NULL) AS stamps_unpublished,
           count(*) AS events
    FROM {partition} AS event
"""


async def clear(connection: Connection, month: date, by: str, source: str, now: datetime) -> int:
    """Remove a past month's events from the outbox; return how many there were.

    The month's partition stays: an issuance of then may still be decided.

    Args:
        connection: to the gateway's database.
        month: its first day.
        by: who wants it, by name.
        source: of the event that tells it.
        now: the present.

    Raises:
        ValueError: it is not over for long, or something of it is nowhere else yet.

    """
    following = (month + timedelta(days=31)).replace(day=1)
    if following + SETTLED > japan_day(now):
        raise ValueError(f"a month can be cleared {SETTLED.days} days after its end")
    partition = await connection.fetchval(_PARTITION, month.strftime("outbox_%Y_%m"))
    if partition is None:
        raise ValueError("there is no such month in the outbox")
    async with connection.transaction():
        await connection.execute(f"LOCK TABLE {partition} IN ACCESS EXCLUSIVE MODE")
        (found,) = await connection.fetch(_WAITING.format(partition=partition))
        events: int = found["events"]
        waiting = {name: count for name, count in found.items() if name != "events" and count}
        if not events:
            raise ValueError("the outbox has no event of this month")
        if waiting:
            told = ", ".join(f"{count} {name}" for name, count in waiting.items())
            raise ValueError(f"not everything of this month is elsewhere: {told}")
        await connection.execute(f"TRUNCATE {partition}")
        event = free_row(
            source=source,
            type=EventType.OUTBOX_CLEARED,
            moment=now,
            municipality=None,
            data={
                "month": f"{month:%Y-%m}",
                "events": events,
                "cleared_by": by,
            },
        )
        await insert_events(connection, [event])
    return events

"""Stamped events that are not there, events that nobody stamped, and order within an issuance."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import asyncpg
from madoguchi_wire.kit.pool import Connection

from audit.verifying.faults import Fault, Name

_MISSING = """
    SELECT stamped.number, stamped.place, keys.event_id, stamped.stamped_at > $1 AS may_come
    FROM stamped
    LEFT JOIN event_keys AS keys USING (digest)
    LEFT JOIN events ON (events.source, events.event_id, events.day)
                      = (keys.source, keys.event_id, keys.day)
    WHERE events.event_id IS NULL ORDER BY number, place
"""
_UNSTAMPED = """
    SELECT event_id, subject, sequence, time < $2 AS is_late, time < $3 AS is_overdue
    FROM events
    WHERE time >= $1 AND NOT EXISTS (SELECT FROM stamped WHERE stamped.digest = events.digest)
      AND EXISTS (SELECT FROM event_keys AS keys
                  WHERE (keys.source, keys.event_id, keys.digest)
                      = (events.source, events.event_id, events.digest))
    ORDER BY time, subject, sequence
"""
_GAPS = """
    SELECT subject, sequence, event_id, before FROM (
        SELECT subject, sequence, event_id,
               lag(sequence) OVER (PARTITION BY subject ORDER BY sequence, event_id) AS before
        FROM events WHERE time >= $1) AS following
    WHERE sequence <> coalesce(before::bigint + 1, CASE WHEN $2 THEN 1 ELSE sequence END)
      AND sequence IS DISTINCT FROM before
    ORDER BY subject, sequence
"""
_TWICE = """
    WITH twice AS (
        SELECT subject, sequence FROM events WHERE time >= $1
        GROUP BY subject, sequence HAVING count(*) > 1
    )
    SELECT * FROM (
        SELECT subject, sequence, event_id, number, place, first_value(event_id) OVER same AS other,
               first_value(number) OVER same AS other_number, row_number() OVER same AS nth
        FROM events JOIN twice USING (subject, sequence) LEFT JOIN stamped USING (digest)
        WINDOW same AS (PARTITION BY subject, sequence ORDER BY number, place, event_id)
    ) AS found
    WHERE nth > 1 ORDER BY subject, sequence, nth
"""
_ORDER = """
    SELECT subject, sequence, event_id, number, place FROM (
        SELECT subject, sequence, event_id, number, place,
               max(sequence) OVER (PARTITION BY subject ORDER BY number, place
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM events JOIN stamped USING (digest)) AS following
    WHERE sequence < before ORDER BY number, place
"""
LATE = timedelta(minutes=10)
"""An event that is older than the last stamp by so much should have been stamped."""
OVERDUE = timedelta(hours=4)
"""So old an event must have been, though no later one was: issuing stops after as long."""
_FOREIGN = Name.EVENT_FOREIGN, "no stamp names it, though later ones are stamped"
_UNSTAMPED_FOR_LONG = (
    Name.EVENT_UNSTAMPED,
    f"no stamp names it for more than {OVERDUE // timedelta(hours=1)} h: stamps stopped coming",
)


async def faults_of_missing(
    connection: Connection, settled: datetime
) -> AsyncIterator[Fault | None]:
    """Find stamped events that are not archived; None: one that may still be on its way."""
    async for row in connection.cursor(_MISSING, settled):
        if row["may_come"]:
            yield None
            continue
        what = "it was stamped, and is not archived"
        yield Fault(Name.EVENT_MISSING, what, row["number"], row["place"], row["event_id"])


async def faults_of_unstamped(
    connection: Connection, since: datetime, last_at: datetime | None, now: datetime
) -> AsyncIterator[Fault | None]:
    """Find events that should have been stamped; None: one that is too new for it."""
    late = since if last_at is None else max(last_at, since + LATE) - LATE
    async for row in connection.cursor(_UNSTAMPED, since, late, now - OVERDUE):
        if not (row["is_late"] or row["is_overdue"]):
            yield None
            continue
        name, what = _FOREIGN if row["is_late"] else _UNSTAMPED_FOR_LONG
        yield Fault(
            name,
            what,
            event_id=row["event_id"],
            subject=row["subject"],
            sequence=row["sequence"],
        )


async def faults_of_order(
    connection: Connection, since: datetime, *, from_the_beginning: bool
) -> AsyncIterator[Fault]:
    """Find gaps and wrong order within issuances."""
    async for row in connection.cursor(_GAPS, since, from_the_beginning):
        yield Fault(
            Name.SEQUENCE_GAP,
            f"event {(row['before'] or 0) + 1} is not there",
            event_id=row["event_id"],
            subject=row["subject"],
            sequence=row["sequence"],
        )
    async for row in connection.cursor(_TWICE, since):
        yield Fault(
            Name.SEQUENCE_TWICE,
            _of_two(row),
            row["number"],
            row["place"],
            row["event_id"],
            row["subject"],
            row["sequence"],
        )
    async for row in connection.cursor(_ORDER):
        yield Fault(
            Name.EVENT_OUT_OF_ORDER,
            "it was stamped after a later one of its issuance",
            row["number"],
            row["place"],
            row["event_id"],
            row["subject"],
            row["sequence"],
        )


def _of_two(row: asyncpg.Record) -> str:
    other = f"event {row['other']}"
    if row["other_number"] is None:
        return f"{other} has this number, too, and no stamp names either yet"
    if row["number"] is None:
        return f"{other} has this number, too: stamp {row['other_number']} names that one, not this"
    return f"{other} of stamp {row['other_number']} has this number, too: the centre stamped both"

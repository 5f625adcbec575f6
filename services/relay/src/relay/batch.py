"""A batch of unpublished events, in an order that keeps each subject's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import asyncpg

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)

MAXIMUM_EVENTS = 500
# Found by being unpublished, never by a position: positions are given before they commit.
_UNPUBLISHED = """
    SELECT recorded_on, subject, sequence, canonical,
           (SELECT max(before.sequence) FROM outbox AS before
            WHERE before.recorded_on = outbox.recorded_on AND before.subject = outbox.subject
              AND before.published_at IS NOT NULL) AS published
    FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT $1
"""
_PUBLISHED = """
    UPDATE outbox SET published_at = madoguchi_now()
    FROM unnest($1::date[], $2::text[], $3::int[]) AS sent(recorded_on, subject, sequence)
    WHERE outbox.recorded_on = sent.recorded_on AND outbox.subject = sent.subject
      AND outbox.sequence = sent.sequence
"""


@dataclass(frozen=True)
class Event:
    """One row of the outbox."""

    recorded_on: date
    subject: str
    sequence: int
    canonical: bytes
    """The event's bytes, exactly as they were hashed."""
    published: int | None
    """The highest sequence of this subject that is published, if any."""


def in_order(events: Sequence[Event]) -> list[Event]:
    """Return the events that can go now: for each subject without a gap, in sequence.

    A later event of a subject may stand in the outbox at a lower position than an earlier one, or
    the batch's limit may have cut the earlier one off: then it waits for the next batch.
    """
    heads: dict[str, int] = {}
    going: list[Event] = []
    for event in sorted(events, key=lambda event: event.sequence):
        last = heads.get(event.subject, event.published or 0)
        if event.sequence == last + 1:
            heads[event.subject] = event.sequence
            going.append(event)
    return going


async def next_batch(connection: Connection) -> list[Event]:
    """Return the next events to publish."""
    rows = await connection.fetch(_UNPUBLISHED, MAXIMUM_EVENTS)
    return in_order([Event(**dict(row.items())) for row in rows])


async def mark_published(connection: Connection, events: Sequence[Event]) -> None:
    """Mark events published, in the caller's transaction."""
    await connection.execute(
        _PUBLISHED,
        [event.recorded_on for event in events],
        [event.subject for event in events],
        [event.sequence for event in events],
    )

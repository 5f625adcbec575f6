"""The statements on the gateway's outbox: read what is unpublished, mark it, measure the lag."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import asyncpg
from madoguchi_wire.kit import database_time

from relay.batch import Row, publishable

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)

LOCK = 7216400732
"""Number of the advisory lock of the one relay at work; any number that nobody else uses."""
COMMAND_SECONDS = 20
"""An answer that takes longer counts as a lost connection."""
COUNTED_AT_MOST = 100_000

_UNPUBLISHED = """
    SELECT position, recorded_on, subject, sequence, canonical,
        sequence = 1 OR EXISTS (
            SELECT FROM outbox AS before
            WHERE before.recorded_on = event.recorded_on AND before.subject = event.subject
              AND before.sequence = event.sequence - 1 AND before.published_at IS NOT NULL
        ) AS follows_published
    FROM outbox AS event
    WHERE published_at IS NULL AND position > $1
    ORDER BY position LIMIT $2
"""
_MARK = """
    UPDATE outbox SET published_at = madoguchi_now()
    WHERE recorded_on = ANY ($1::date[]) AND position = ANY ($2::bigint[])
      AND published_at IS NULL
"""
_LAG = f"""
    SELECT
        (SELECT count(*) FROM (
            SELECT FROM outbox WHERE published_at IS NULL LIMIT {COUNTED_AT_MOST}) AS counted),
        coalesce((SELECT extract(epoch FROM madoguchi_now() - created_at) FROM outbox
            WHERE published_at IS NULL ORDER BY position LIMIT 1), 0)::float
"""  # noqa: S608 (a number of ours)


class MarkedByOthers(Exception):
    """Rows of a batch were published by somebody else meanwhile; nothing of it is marked."""


@dataclass(frozen=True)
class Lag:
    """How far the relay is behind."""

    rows: int
    """Unpublished events, counted up to `COUNTED_AT_MOST`."""
    seconds: float
    """Age of the one that was inserted first."""


def server_settings(clock_offset: timedelta) -> dict[str, str]:
    """Return what every connection of the relay sets at its start."""
    return {
        "application_name": "madoguchi-relay",
        **database_time.server_settings(clock_offset),
        "statement_timeout": "15s",
        "timezone": "UTC",
        # The server must notice soon that a lock's owner is cut off, for another to take over.
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
    }


async def own(connection: Connection) -> bool:
    """Try to become the relay at work, until this connection ends; tell whether it is so."""
    return await connection.fetchval("SELECT pg_try_advisory_lock($1::bigint)", LOCK)


async def next_batch(connection: Connection, limit: int) -> list[Row]:
    """Return up to `limit` rows that may be published now, in order; none if there are none.

    Always looks from the first unpublished row on, because rows are committed out of order. Pages
    of rows that all wait for a predecessor are passed over, so they hold up nobody else's.
    """
    last = 0
    while True:
        found = await connection.fetch(_UNPUBLISHED, last, limit)
        rows = [Row(*record) for record in found]
        chosen = publishable(rows)
        if chosen or len(rows) < limit:
            return chosen
        last = rows[-1].position


async def mark_published(connection: Connection, rows: Sequence[Row]) -> None:
    """Mark rows as published, all or (raising MarkedByOthers) none."""
    days = sorted({row.recorded_on for row in rows})
    async with connection.transaction():
        status = await connection.execute(_MARK, days, [row.position for row in rows])
        if status != f"UPDATE {len(rows)}":
            raise MarkedByOthers(f"{status} instead of {len(rows)}")


async def measured_lag(connection: Connection) -> Lag:
    """Return how much waits to be published, and for how long."""
    record = await connection.fetchrow(_LAG)
    return Lag(*record) if record is not None else Lag(0, 0)

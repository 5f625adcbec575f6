"""The statements on the gateway's outbox: read what is unpublished, mark it, measure the lag."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import asyncpg
from madoguchi_wire.kit import database_time

from relay.batch import Row, publishable

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)

COMMAND_SECONDS = 20
"""An answer that takes longer counts as a lost connection."""
COUNTED_AT_MOST = 100_000
PAGE_ROWS = 2000
PAGE_BYTES = 8 * 1024 * 1024
"""A page ends with the row that goes beyond them, so memory stays bounded whatever comes."""
_PASS_SECONDS = 1
SetAside: TypeAlias = tuple[Row, str]
"""A row, and why it was set aside."""

_UNPUBLISHED = """
    SELECT position, recorded_on, subject, sequence, canonical, follows_published, found
    FROM (
        SELECT page.*, count(*) OVER () AS found,
            sum(octet_length(canonical)) OVER (ORDER BY position) - octet_length(canonical) AS bytes
        FROM (
            SELECT position, recorded_on, subject, sequence, canonical,
                sequence = 1 OR EXISTS (
                    SELECT FROM outbox AS before
                    WHERE before.recorded_on = event.recorded_on
                      AND before.subject = event.subject
                      AND before.sequence = event.sequence - 1
                      AND before.published_at IS NOT NULL
                ) AS follows_published
            FROM outbox AS event
            WHERE published_at IS NULL AND position > $1
              AND (hashtext(subject) & 15) = ANY ($2::int[])
            ORDER BY position LIMIT $3
        ) AS page
    ) AS measured
    WHERE bytes < $4 ORDER BY position
"""
_MARK = """
    UPDATE outbox SET published_at = madoguchi_now()
    WHERE recorded_on = ANY ($1::date[]) AND position = ANY ($2::bigint[])
      AND published_at IS NULL
"""
_SET_ASIDE = """
    UPDATE outbox SET published_at = madoguchi_now(), set_aside = $3
    WHERE recorded_on = $1 AND position = $2 AND published_at IS NULL
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


def server_settings(clock_offset: timedelta | None) -> dict[str, str]:
    """Return what every connection of the relay sets at its start."""
    return {
        "application_name": "madoguchi-relay",
        **database_time.server_settings(clock_offset),
        "statement_timeout": "15s",
        # A relay that hangs loses its buckets, as one that died does.
        "idle_session_timeout": "60s",
        "timezone": "UTC",
        # The server must notice soon that a lock's owner is cut off, for another to take over.
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
    }


class Pages:
    """The unpublished rows of some buckets, page by page, and from the first on again.

    A pass goes on behind the page before, past rows that wait for a predecessor or for the sink,
    so they hold up nobody else's. It begins anew after the last page and each second, because
    rows are committed out of order: one may come late at a low position.
    """

    def __init__(self, connection: Connection, rows: int = PAGE_ROWS) -> None:
        self._connection = connection
        self._rows = rows
        self._after = 0
        self._began = 0.0
        self.passes = 0
        """How many have begun."""

    @property
    def goes_on(self) -> bool:
        """Whether more rows wait behind the page that was read last."""
        return self._after > 0

    async def next(self, buckets: Iterable[int], *, past_what_waits: bool = False) -> list[Row]:
        """Return rows that may be published now, in order; none if this pass has no more.

        Args:
            buckets: whose rows.
            past_what_waits: whether the page before waits for the sink: the pass goes on, or many
                such pages at its beginning would keep all behind them waiting.

        """
        while True:
            is_over = time.monotonic() - self._began > _PASS_SECONDS and not past_what_waits
            if self._after == 0 or is_over:
                self._after, self._began, self.passes = 0, time.monotonic(), self.passes + 1
            found = await self._connection.fetch(
                _UNPUBLISHED, self._after, sorted(buckets), self._rows, PAGE_BYTES
            )
            rows = [Row(*record[:6]) for record in found]
            ended = not found or (
                found[0]["found"] < self._rows and found[0]["found"] == len(found)
            )
            self._after = 0 if ended else rows[-1].position
            chosen = publishable(rows)
            if chosen or ended:
                return chosen


async def mark_published(
    connection: Connection, rows: Sequence[Row], set_aside: Sequence[SetAside] = ()
) -> None:
    """Mark rows as published or set aside, all or (raising MarkedByOthers) none."""
    days = sorted({row.recorded_on for row in rows})
    async with connection.transaction():
        status = await connection.execute(_MARK, days, [row.position for row in rows])
        if status != f"UPDATE {len(rows)}":
            raise MarkedByOthers(f"{status} instead of {len(rows)}")
        for row, reason in set_aside:
            status = await connection.execute(_SET_ASIDE, row.recorded_on, row.position, reason)
            if status != "UPDATE 1":
                raise MarkedByOthers(f"{status} instead of 1")


async def measured_lag(connection: Connection) -> Lag:
    """Return how much waits to be published, and for how long."""
    record = await connection.fetchrow(_LAG)
    return Lag(*record) if record is not None else Lag(0, 0)

"""Unstamped events become a stamp, in one transaction of the one stamper at work."""

from dataclasses import dataclass

import asyncpg
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.pool import Connection, Executor
from madoguchi_wire.signed import token_digest
from madoguchi_wire.stamps import MAXIMUM_EVENTS

from stamper.chain import Newest, next_stamp

LOCK = 7216400736
"""Number of the advisory lock of the one stamper at work; any number that nobody else uses."""
COUNTED_AT_MOST = 100_000

# Rows that a relay holds at this moment are left for the next batch, so that the two never wait
# for each other; so are their successors, because an issuance is stamped in its order. Looked for
# are they up to the last free row only, for a backlog may be long.
_UNSTAMPED = """
    WITH free AS MATERIALIZED (
        SELECT recorded_on, position, subject, sequence, digest FROM outbox WHERE stamp IS NULL
        ORDER BY position LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
    )
    SELECT recorded_on, position, digest FROM free
    WHERE NOT EXISTS (
        SELECT FROM outbox AS before
        WHERE before.recorded_on = free.recorded_on AND before.subject = free.subject
          AND before.sequence < free.sequence AND before.stamp IS NULL
          AND before.position < (SELECT max(position) FROM free)
          AND before.position NOT IN (SELECT position FROM free)
    )
    ORDER BY position
"""
_NEWEST = "SELECT number, digest, total, stamped_at FROM stamps ORDER BY number DESC LIMIT 1"
_MARK = """
    UPDATE outbox SET stamp = $1
    FROM unnest($2::date[], $3::bigint[]) AS batch(recorded_on, position)
    WHERE outbox.recorded_on = batch.recorded_on AND outbox.position = batch.position
      AND outbox.stamp IS NULL
"""
_INSERT = """
    INSERT INTO stamps (number, centre, token, digest, root, events, total, leaves, stamped_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_LAG = f"""
    SELECT
        (SELECT count(*) FROM (
            SELECT FROM outbox WHERE stamp IS NULL LIMIT {COUNTED_AT_MOST}) AS counted),
        coalesce((SELECT extract(epoch FROM madoguchi_now() - created_at) FROM outbox
            WHERE stamp IS NULL ORDER BY position LIMIT 1), 0)::float
"""  # noqa: S608 (a number of ours)


class MarkedByOthers(Exception):
    """Events of a batch were stamped by somebody else meanwhile; nothing of it is kept."""


@dataclass(frozen=True)
class Lag:
    """How far stamping is behind."""

    rows: int
    """Unstamped events, counted up to `COUNTED_AT_MOST`."""
    seconds: float
    """Age of the one that was inserted first."""


async def own(connection: Connection) -> bool:
    """Try to become the stamper at work, until this connection ends; tell whether it is so."""
    return await connection.fetchval("SELECT pg_try_advisory_lock($1::bigint)", LOCK)


async def stamp_batch(connection: Connection, centre: str, key: SigningKey) -> int:
    """Stamp the next events, on the connection that holds the lock; return how many.

    Raises:
        MarkedByOthers: another program stamps as well; nothing was changed.

    """
    async with connection.transaction():
        rows = await connection.fetch(_UNSTAMPED, MAXIMUM_EVENTS)
        if not rows:
            return 0
        digests: list[str] = [row["digest"] for row in rows]
        newest = await connection.fetchrow(_NEWEST)
        now = await connection.fetchval("SELECT madoguchi_now()")
        made = next_stamp(centre, None if newest is None else Newest(*newest), digests, now)
        token = made.signed_by(key)
        days, positions = [row["recorded_on"] for row in rows], [row["position"] for row in rows]
        marked = await connection.execute(_MARK, made.number, days, positions)
        if marked != f"UPDATE {len(rows)}":
            raise MarkedByOthers(f"{marked} instead of {len(rows)}")
        try:
            await connection.execute(
                _INSERT,
                made.number,
                centre,
                token,
                token_digest(token),
                made.root,
                made.events,
                made.total,
                digests,
                made.stamped_at,
            )
        except asyncpg.UniqueViolationError as error:
            raise MarkedByOthers(f"stamp {made.number} is there already") from error
        return len(rows)


async def measured_lag(connection: Executor) -> Lag:
    """Return how much waits to be stamped, and for how long."""
    record = await connection.fetchrow(_LAG)
    return Lag(*record) if record is not None else Lag(0, 0)

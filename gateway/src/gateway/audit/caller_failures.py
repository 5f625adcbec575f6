"""Requests of unauthenticated callers that ended in a problem: counted, merged by minute.

So garbage cannot fill the trail: a minute has at most one event for each problem type, whatever
the number of requests and replicas.
"""

from collections import Counter

from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Pool

from gateway.audit.outbox import insert_events
from gateway.audit.trail import Trail

_ADD = """
    INSERT INTO caller_failures (minute, slug, count)
    SELECT date_trunc('minute', madoguchi_now()), slug, count
    FROM unnest($1::text[], $2::bigint[]) AS seen(slug, count) ORDER BY slug
    ON CONFLICT (minute, slug) DO UPDATE
    SET count = caller_failures.count + excluded.count
"""
# An addition that began in the minute has ended 20 s later: statements live 15 s at most.
_TAKE = """
    DELETE FROM caller_failures WHERE (minute, slug) IN (
        SELECT minute, slug FROM caller_failures
        WHERE minute < date_trunc('minute', madoguchi_now() - interval '20 s')
        ORDER BY minute, slug FOR UPDATE SKIP LOCKED LIMIT 500)
    RETURNING minute, slug, count
"""


class CallerFailures:
    """The failures that this replica has counted and not yet added to the shared minutes."""

    def __init__(self) -> None:
        self._counted: Counter[str] = Counter()

    def count(self, slug: str) -> None:
        """Count one request that ended in the problem `slug`."""
        self._counted[slug] += 1

    async def flush(self, pool: Pool) -> None:
        """Add what was counted to the present minute; keep it if that fails."""
        counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            await pool.execute(_ADD, list(counted), list(counted.values()))
        except BaseException:
            self._counted.update(counted)
            raise


async def record_past_minutes(pool: Pool, trail: Trail) -> None:
    """Turn each minute that is over into its events, once among all replicas."""
    async with pool.acquire() as connection, connection.transaction():
        rows = [
            trail.row(
                EventType.CALLERS_REFUSED,
                {
                    "minute": row["minute"].isoformat(),
                    "problem": row["slug"],
                    "count": row["count"],
                },
            )
            for row in await connection.fetch(_TAKE)
        ]
        if rows:
            await insert_events(connection, rows)

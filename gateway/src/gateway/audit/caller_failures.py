"""Requests that ended in a problem: counted, merged by minute, so that they cannot fill the trail.

Of strangers a minute has at most one event for each problem type, whatever the number of requests
and replicas. A known terminal's requests have events of their own, but only the first few of a
minute; the rest are merged as well.
"""

from collections import Counter
from datetime import datetime

from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Pool

from gateway.audit.merged_minutes import MergedMinutes
from gateway.audit.outbox import insert_events
from gateway.audit.trail import Trail
from gateway.terminals.terminal import Terminal

OWN_EVENTS = 10
"""Of one terminal in one minute, on one replica."""


class CallerFailures:
    """The failures that this replica has counted and not yet added to the shared minutes."""

    def __init__(self) -> None:
        self.strangers = MergedMinutes("caller_failures", ["slug"])
        self.terminals = MergedMinutes("terminal_failures", ["terminal", "site", "slug"])
        self._minute: datetime | None = None
        self._own: Counter[str] = Counter()

    def count(self, slug: str) -> None:
        """Count one request of a stranger that ended in the problem `slug`."""
        self.strangers.add(slug)

    def has_own_event(self, terminal: Terminal, slug: str, now: datetime) -> bool:
        """Tell whether a terminal's request gets an event of its own; count it if not."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._own = minute, Counter()
        self._own[terminal.terminal] += 1
        if self._own[terminal.terminal] <= OWN_EVENTS:
            return True
        self.terminals.add(terminal.terminal, terminal.site, slug)
        return False

    async def flush(self, pool: Pool) -> None:
        """Add what was counted to the present minute; keep it if that fails."""
        await self.strangers.flush(pool)
        await self.terminals.flush(pool)


async def record_past_minutes(pool: Pool, trail: Trail, failures: CallerFailures) -> None:
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
            for row in await failures.strangers.take(connection)
        ]
        rows += [
            trail.row(
                EventType.TERMINAL_REFUSED,
                {
                    "minute": row["minute"].isoformat(),
                    "problem": row["slug"],
                    "count": row["count"],
                    "terminal": row["terminal"],
                    "site": row["site"],
                },
            )
            for row in await failures.terminals.take(connection)
        ]
        if rows:
            await insert_events(connection, rows)

"""Requests that ended in a problem: counted, merged by minute, so that they cannot fill the trail.

Of strangers a minute has at most one event for each problem type, whatever the number of requests
and replicas. A known terminal's requests have events of their own, but only the first few of a
minute; the rest are merged as well. So do alarms that such a request causes: one more alarm says
how many it stands for.
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
OWN_ALARMS = 3
"""Of one kind, as before; the others of the minute are one alarm with their number."""
MACHINE_REPORTS = 10
"""Of one terminal in one minute, on one replica: nobody counts, empties or fills one so often."""
KEPT_REPORTS = 30
"""That change nothing, as before. No machine sells so many papers, and one that was cut off for
long tells the rest in the next minutes."""


class CallerFailures:
    """The failures that this replica has counted and not yet added to the shared minutes."""

    def __init__(self) -> None:
        self.strangers = MergedMinutes("caller_failures", ["slug"])
        self.terminals = MergedMinutes("terminal_failures", ["terminal", "site", "slug"])
        self.alarms = MergedMinutes("terminal_alarms", ["terminal", "site", "alarm"])
        self._minute: datetime | None = None
        self._own: Counter[tuple[str, str]] = Counter()

    def count(self, slug: str) -> None:
        """Count one request of a stranger that ended in the problem `slug`."""
        self.strangers.add(slug)

    def has_own_event(self, terminal: Terminal, slug: str, now: datetime) -> bool:
        """Tell whether a terminal's request gets an event of its own; count it if not."""
        if self._is_among_first(OWN_EVENTS, terminal, "refusal", now):
            return True
        self.terminals.add(terminal.terminal, terminal.site, slug)
        return False

    def has_own_alarm(self, terminal: Terminal, alarm: str, now: datetime) -> bool:
        """Tell whether a refused request gets an alarm of its own; count it if not."""
        if self._is_among_first(OWN_ALARMS, terminal, f"alarm {alarm}", now):
            return True
        self.alarms.add(terminal.terminal, terminal.site, alarm)
        return False

    def may_report_machine(self, terminal: Terminal, now: datetime) -> bool:
        """Tell whether a report of what somebody did at the machine is taken in this minute."""
        return self._is_among_first(MACHINE_REPORTS, terminal, "machine", now)

    def may_keep_report(self, terminal: Terminal, now: datetime) -> bool:
        """Tell whether a report that changes no state is taken in this minute."""
        return self._is_among_first(KEPT_REPORTS, terminal, "kept", now)

    def _is_among_first(self, limit: int, terminal: Terminal, of: str, now: datetime) -> bool:
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._own = minute, Counter()
        self._own[terminal.terminal, of] += 1
        return self._own[terminal.terminal, of] <= limit

    async def flush(self, pool: Pool) -> None:
        """Add what was counted to the present minute; keep it if that fails."""
        await self.strangers.flush(pool)
        await self.terminals.flush(pool)
        await self.alarms.flush(pool)


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
        rows += [
            trail.alarm_row(
                row["alarm"],
                {
                    "minute": row["minute"].isoformat(),
                    "count": row["count"],
                    "terminal": row["terminal"],
                    "site": row["site"],
                },
                None,
            )
            for row in await failures.alarms.take(connection)
        ]
        if rows:
            await insert_events(connection, rows)

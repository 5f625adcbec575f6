"""Times in which a municipality's system gave no document, as far as events show them."""

from collections.abc import Iterator
from datetime import datetime

from audit.reports.facts import Outage, OutageEnd
from audit.reports.quarter import Quarter

OUTAGE_FAILURES = 3
"""So many orders in a row without a document are an outage."""


class Outages:
    """Hears of orders and documents in the order of their time, those around the quarter, too."""

    def __init__(self, quarter: Quarter, now: datetime) -> None:
        self._begins = quarter.begins
        self._ends = min(quarter.ends, now)
        self._failures: list[datetime] = []
        self._found: list[Outage] = []

    def failed(self, time: datetime) -> None:
        """Hear of an order that got no document."""
        self._failures.append(time)

    def answered(self, time: datetime) -> None:
        """Hear of a document."""
        self._found += self._outage(time)
        self._failures.clear()

    def all(self) -> list[Outage]:
        """Return what of them lies within the quarter."""
        return [*self._found, *self._outage(None)]

    def _outage(self, answered: datetime | None) -> Iterator[Outage]:
        if len(self._failures) < OUTAGE_FAILURES:
            return
        first, last = self._failures[0], answered or self._failures[-1]
        if first >= self._ends or last < self._begins:
            return
        end = OutageEnd.DOCUMENT if answered is not None else OutageEnd.LAST_FAILURE
        yield Outage(
            began=max(first, self._begins),
            began_before=first < self._begins,
            ended=min(last, self._ends),
            end=OutageEnd.EDGE if last > self._ends else end,
            failed=sum(self._begins <= time < self._ends for time in self._failures),
        )

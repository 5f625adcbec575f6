"""The coins of each machine, from count to count, in the order of its own signed reports.

A terminal numbers its reports as it writes them, so a count has in it what was paid before it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from madoguchi_wire.clock import japan_day
from madoguchi_wire.reports import CashCollected, CashCounted, Paid, TerminalReport, Voided

from checker.checks.life import was_paid
from checker.evidence.rows import Issuance
from checker.reconciliation.dues import is_carried_late


@dataclass(frozen=True)
class Count:
    """One count of a machine's coins."""

    sequence: int
    at: datetime
    yen: int
    expected: int
    """What must have lain in it."""

    @property
    def difference(self) -> int:
        """Yen that were too many, or below zero too few."""
        return self.yen - self.expected


@dataclass(frozen=True)
class Miscount:
    """A count that differs by more or less than the one before it."""

    count: Count
    yen: int


@dataclass(frozen=True, eq=False)
class Drawer:
    """One machine's coins."""

    terminal: str
    today: date
    issuances: Sequence[Issuance]
    reports: Sequence[TerminalReport]
    """Its own, in order."""

    @cached_property
    def _made(self) -> list[tuple[int, datetime, int]]:
        """Return number, moment and yen of each count."""
        return [
            (one.sequence, one.reported_at, one.body.yen)
            for one in self.reports
            if isinstance(one.body, CashCounted)
        ]

    @cached_property
    def _paid(self) -> dict[str | None, int]:
        """Return the number of the report by which coins of an issuance came in."""
        said = [one for one in self.reports if isinstance(one.body, Paid)]
        return {one.issuance: one.sequence for one in reversed(said)}

    @cached_property
    def _voided(self) -> dict[str | None, int]:
        said = [one for one in self.reports if isinstance(one.body, Voided)]
        return {one.issuance: one.sequence for one in reversed(said)}

    @cached_property
    def counts(self) -> tuple[Count, ...]:
        """Return all counts, up to one that differs and before which reports are under way."""
        changes = [0] * (len(self._made) + 1)
        for place, yen in self._moves():
            changes[place] += yen
        numbers = sorted({one.sequence for one in self.reports})
        found: list[Count] = []
        lies = 0
        for (sequence, at, yen), change in zip(self._made, changes, strict=False):
            lies += change
            is_whole = numbers[sequence - 1 : sequence] == [sequence]
            late = is_carried_late(japan_day(at), self.today)
            if yen != lies and not is_whole and not late:
                break
            found.append(Count(sequence, at, yen, lies))
        return tuple(found)

    @property
    def expected(self) -> int:
        """Return the yen that must lie in it now."""
        return sum(yen for _, yen in self._moves())

    @cached_property
    def miscounts(self) -> tuple[Miscount, ...]:
        """Return where coins came to be missing, or too many, since a count last agreed."""
        return tuple(
            Miscount(count, count.difference - before)
            for count, before in self._since_agreed()
            if count.difference != before
        )

    def is_counted(self, paper: Issuance) -> bool | None:
        """Tell whether the next count bears a paper's coins out; None: there was none yet."""
        place = self._came_in(paper)
        if place >= len(self.counts):
            return None
        return self.counts[place] not in {one.count for one in self.miscounts}

    def _since_agreed(self) -> Iterator[tuple[Count, int]]:
        """Yield counts after the last that agreed, each with the difference before it."""
        agreed = [place for place, one in enumerate(self.counts) if one.difference == 0]
        before = 0
        for count in self.counts[agreed[-1] + 1 if agreed else 0 :]:
            yield count, before
            before = count.difference

    def _moves(self) -> Iterator[tuple[int, int]]:
        """Yield coins that came in or went out, each before which count."""
        for one in self.issuances:
            kept = one.state == "voided" and one.money == "kept"
            if was_paid(one) or kept:
                yield self._came_in(one), one.fee
            if was_paid(one) and one.state == "voided" and one.money == "refunded":
                yield self._place(self._voided.get(one.issuance_id), one.ended_at), -one.fee
        for report in self.reports:
            if isinstance(report.body, CashCollected):
                yield self._place(report.sequence, None), -report.body.yen

    def _came_in(self, paper: Issuance) -> int:
        said = self._paid.get(paper.issuance_id, self._voided.get(paper.issuance_id))
        return self._place(said, paper.paid_at or paper.ended_at)

    def _place(self, sequence: int | None, moment: datetime | None) -> int:
        """Return the number of counts before a report; if there is none, before a moment."""
        if sequence is not None:
            return bisect_right(self._made, sequence, key=lambda one: one[0])
        if moment is not None:
            return bisect_right(self._made, moment, key=lambda one: one[1])
        return len(self._made)


def drawers(
    issuances: Iterable[Issuance], reports: Iterable[TerminalReport], today: date
) -> dict[str, Drawer]:
    """Return the drawer of each machine that served somebody or was counted."""
    served: dict[str, list[Issuance]] = defaultdict(list)
    said: dict[str, list[TerminalReport]] = defaultdict(list)
    for one in issuances:
        served[one.terminal].append(one)
    for report in sorted(reports, key=lambda one: one.sequence):
        said[report.terminal].append(report)
    return {
        terminal: Drawer(terminal, today, served[terminal], said[terminal])
        for terminal in sorted({*served, *said})
    }

"""Coins on their way: what left a municipality's own machines, and what arrived there.

The machine's staff report what they took out; whoever counts it at the municipality records it in
billing. A chain's coins are its own affair: what it pays in is held against its papers.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from madoguchi_wire.clock import japan_day
from madoguchi_wire.reports import CashCollected

from checker.reconciliation.dues import is_carried_late, is_due
from checker.reconciliation.model import Collection, Difference, Named, Party
from checker.reconciliation.sources import OWN_MACHINE, Sources


def collections(sources: Sources) -> list[Collection]:
    """Return the coins of each machine and day that were taken out, or arrived."""
    whose = {
        one.terminal: one.municipality
        for one in sources.books.issuances
        if one.channel == OWN_MACHINE
    }
    reported: dict[tuple[str, date], int] = defaultdict(int)
    for report in sources.reports:
        if isinstance(report.body, CashCollected) and report.terminal in whose:
            reported[report.terminal, japan_day(report.reported_at)] += report.body.yen
    billing = sources.books.billing
    arrivals = billing.arrivals if billing is not None else ()
    arrived = {(one.terminal, one.day): one.yen for one in arrivals}
    return [
        Collection(
            terminal=terminal,
            municipality=whose.get(terminal),
            day=day,
            reported_yen=reported.get((terminal, day), 0),
            arrived_yen=arrived.get((terminal, day)),
        )
        for terminal, day in sorted({*reported, *arrived})
    ]


def differences(found: Sequence[Collection], sources: Sources) -> Iterator[Named]:
    """Name what did not arrive, or arrived and was never taken out; nothing without billing."""
    if sources.books.billing is None:
        return
    recorded: dict[str, date] = defaultdict(lambda: date.min)
    for one in found:
        if one.arrived_yen is not None:
            recorded[one.terminal] = max(recorded[one.terminal], one.day)
    for one in found:
        is_late = is_due(one.day, sources.today) or one.day < recorded[one.terminal]
        if one.arrived_yen is None:
            if is_late and one.reported_yen:
                what = f"{one.reported_yen:,} yen were taken out, and no arrival is recorded"
                yield _named(one, Difference.LATE, -one.reported_yen, what)
            continue
        yen = one.arrived_yen - one.reported_yen
        # The report of coins that are here already may be under way still.
        if yen < 0 or (yen > 0 and is_carried_late(one.day, sources.today)):
            word = "more" if yen > 0 else "less"
            told = f"{one.reported_yen:,} yen were taken out, {one.arrived_yen:,} arrived"
            yield _named(one, Difference.ARRIVED, yen, f"{told}: {abs(yen):,} {word}")


def _named(one: Collection, difference: Difference, yen: int, what: str) -> Named:
    return Named(
        party=Party.COUNTED,
        difference=difference,
        day=one.day,
        municipality=one.municipality,
        terminal=one.terminal,
        yen=yen,
        what=what,
    )

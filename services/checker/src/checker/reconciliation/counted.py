"""Which papers the counts of their machines bear out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from madoguchi_wire.clock import japan_day

from checker.evidence.rows import Issuance
from checker.reconciliation.comparing import Cell
from checker.reconciliation.drawers import Drawer
from checker.reconciliation.dues import is_due
from checker.reconciliation.model import Amount, Difference, Excused, Machine, Named, Party
from checker.reconciliation.sources import Sources, entered_on

_WAITING = "its machine was not counted since"
Drawers = Mapping[str, Drawer]


def counted(sources: Sources, drawers: Drawers) -> dict[Cell, Amount]:
    """Return the papers whose coins were counted, by day and municipality."""
    found: dict[Cell, Amount] = defaultdict(Amount)
    for one in sources.completed:
        if _is_counted(one, drawers):
            cell = one.accepted_on, one.municipality
            found[cell] = found[cell].plus(one.fee)
    return dict(found)


def excused(sources: Sources, drawers: Drawers) -> Iterator[Excused]:
    """Return the papers whose machines have not been counted since, by day and municipality."""
    found: dict[Cell, Amount] = defaultdict(Amount)
    for one in _waiting(sources, drawers):
        if not is_due(entered_on(one), sources.today):
            cell = one.accepted_on, one.municipality
            found[cell] = found[cell].plus(one.fee)
    for (day, municipality), amount in found.items():
        yield Excused(
            party=Party.COUNTED, day=day, municipality=municipality, why=_WAITING, amount=amount
        )


def differences(sources: Sources, drawers: Drawers) -> Iterator[Named]:
    """Name each count that differs, and each machine that should have been counted long ago."""
    for drawer in drawers.values():
        for one in drawer.miscounts:
            yield Named(
                party=Party.COUNTED,
                difference=Difference.COINS,
                day=japan_day(one.count.at),
                terminal=drawer.terminal,
                yen=one.yen,
                what=_what(one.yen, one.count.yen, one.count.expected),
            )
    yield from _late(sources, drawers)


def machines(drawers: Drawers) -> Iterator[Machine]:
    """Return what must lie in each machine now, and what was counted last."""
    for drawer in drawers.values():
        last = drawer.counts[-1].yen if drawer.counts else None
        yield Machine(terminal=drawer.terminal, expected_yen=drawer.expected, counted_yen=last)


def _what(yen: int, counted_yen: int, expected_yen: int) -> str:
    word = "more" if yen > 0 else "less"
    told = f"{counted_yen:,} yen were counted, {expected_yen:,} must lie in it"
    return f"{told}: {abs(yen):,} {word} than at the count before"


def _late(sources: Sources, drawers: Drawers) -> Iterator[Named]:
    late: dict[tuple[Cell, str], Amount] = defaultdict(Amount)
    for one in _waiting(sources, drawers):
        if is_due(entered_on(one), sources.today):
            key = (one.accepted_on, one.municipality), one.terminal
            late[key] = late[key].plus(one.fee)
    for ((day, municipality), terminal), amount in late.items():
        yield Named(
            party=Party.COUNTED,
            difference=Difference.LATE,
            day=day,
            municipality=municipality,
            terminal=terminal,
            yen=-amount.yen,
            what=f"the machine was never counted after {amount.papers} papers of that day",
        )


def _waiting(sources: Sources, drawers: Drawers) -> Iterator[Issuance]:
    for one in sources.completed:
        if one.fee > 0 and drawers[one.terminal].is_counted(one) is None:
            yield one


def _is_counted(one: Issuance, drawers: Drawers) -> bool:
    found = drawers[one.terminal].is_counted(one)
    return bool(found) or (found is None and one.fee == 0)

"""All parties side by side, per day and municipality, with every difference named."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from checker.fault import Fault, FaultName
from checker.reconciliation import arrived, booked, comparing, counted, facts, owed, paid_in, stated
from checker.reconciliation.comparing import Cell, sums
from checker.reconciliation.drawers import Drawer, drawers
from checker.reconciliation.model import (
    Amount,
    Collection,
    Excused,
    Named,
    Party,
    Reconciliation,
    Row,
)
from checker.reconciliation.paid_in import Purse, purses
from checker.reconciliation.parties import TELLING, Told, completed
from checker.reconciliation.sources import OWN_MACHINE, Sources


def reconcile(sources: Sources) -> Reconciliation:
    """Hold what each party says against what was completed."""
    sides = _Sides.of(sources)
    differences = sorted(_differences(sides), key=_order)
    return Reconciliation(
        reconciled=not differences,
        rows=tuple(_rows(sides)),
        differences=tuple(differences),
        excused=tuple(sorted(_excused(sides), key=_order)),
        owed=tuple(owed.owed(sources)),
        explained=tuple(sorted(owed.explained(sources))),
        machines=tuple(counted.machines(sides.coins)),
        collections=tuple(sides.collected),
        tests=sources.tests,
    )


def check_reconciliation(found: Reconciliation) -> Iterator[Fault]:
    """Tell each difference as a fault of a municipality, or of a machine."""
    for one in found.differences:
        where = one.municipality or one.terminal or str(one.day)
        about = one.issuance or one.chain or ""
        what = f"{one.party} of {one.day}: {about} {one.what}"
        yield Fault(name=FaultName.NOT_RECONCILED, where=where, what=what)


@dataclass(frozen=True, eq=False)
class _Sides:
    """What all parties say."""

    sources: Sources
    expected: list[Told]
    told: dict[Party, list[Told]]
    coins: dict[str, Drawer]
    paid: list[Purse]
    collected: list[Collection]

    @classmethod
    def of(cls, sources: Sources) -> Self:
        """Let everybody tell; billing, where there is none, tells nothing and lacks nothing."""
        told = {
            party: list(tell(sources))
            for party, tell in TELLING.items()
            if party is not Party.BILLED or sources.books.billing is not None
        }
        coins = drawers(sources.books.issuances, sources.reports, sources.today)
        paid, collected = purses(sources), arrived.collections(sources)
        return cls(sources, list(completed(sources)), told, coins, paid, collected)


def _differences(sides: _Sides) -> Iterator[Named]:
    for party, told in sides.told.items():
        yield from comparing.differences(party, told, sides.expected, sides.sources)
    yield from facts.differences(sides.sources)
    yield from stated.differences(sides.sources)
    yield from booked.differences(sides.sources)
    yield from counted.differences(sides.sources, sides.coins)
    yield from arrived.differences(sides.collected, sides.sources)
    yield from paid_in.differences(sides.paid, sides.sources.today)
    yield from owed.differences(sides.sources)


def _excused(sides: _Sides) -> Iterator[Excused]:
    for party, told in sides.told.items():
        yield from comparing.excused(party, told, sides.expected, sides.sources)
    yield from counted.excused(sides.sources, sides.coins)
    yield from paid_in.excused(sides.paid, sides.sources.today)


def _rows(sides: _Sides) -> Iterator[Row]:
    issuances, expected = sides.sources.issuances, sides.expected
    found: dict[str, dict[Cell, Amount]] = {
        "completed": sums(expected),
        **{party.value: sums(told) for party, told in sides.told.items()},
        "booked": booked.booked(sides.sources),
        "counted": counted.counted(sides.sources, sides.coins),
        "own_machines": sums(
            [one for one in expected if issuances[one.issuance].channel == OWN_MACHINE]
        ),
    }
    if sides.sources.books.billing is not None:
        found["paid_in"] = paid_in.paid_in(sides.paid)
    cells = sorted({cell for amounts in found.values() for cell in amounts})
    for cell in cells:
        amounts = {name: told.get(cell, Amount()) for name, told in found.items()}
        yield Row.model_validate({"day": cell[0], "municipality": cell[1], **amounts})


def _order(one: Named | Excused) -> tuple[str, ...]:
    where = (one.issuance or "", one.terminal or "") if isinstance(one, Named) else (one.why,)
    return (str(one.day), one.municipality or "", one.party, *where)

"""What each chain paid in for each municipality and day, against the papers of its stores."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from checker.evidence.billing import BillingBooks, PayIn
from checker.evidence.rows import Issuance
from checker.reconciliation.comparing import Cell
from checker.reconciliation.dues import is_due
from checker.reconciliation.model import Amount, Difference, Excused, Named, Party
from checker.reconciliation.sources import OWN_MACHINE, Sources, entered_on


@dataclass(eq=False)
class Purse:
    """Papers of one chain, municipality and day, and what was paid in for them."""

    chain: str
    municipality: str
    day: date
    billing: BillingBooks
    papers: list[Issuance] = field(default_factory=list[Issuance])
    pay_ins: list[PayIn] = field(default_factory=list[PayIn])
    passed_on: date | None = None
    """When the chain paid in for a later day of this municipality."""

    @property
    def paid(self) -> int:
        """Yen that were paid in."""
        return sum(one.yen for one in self.pay_ins)

    @cached_property
    def later(self) -> list[Issuance]:
        """Return the papers that ended after the last pay-in: it could not have them."""
        if not self.pay_ins:
            return []
        last = max(one.paid_on for one in self.pay_ins)
        return [one for one in self.papers if entered_on(one) > last]

    @cached_property
    def known(self) -> list[Issuance]:
        """Return the papers that the last pay-in could have."""
        later = {one.issuance_id for one in self.later}
        return [one for one in self.papers if one.issuance_id not in later]

    @cached_property
    def settled(self) -> list[Issuance]:
        """Return the papers that are paid in: none if the sum differs."""
        if self.paid == self.due(self.papers):
            return self.papers
        return self.known if self.pay_ins and self.paid == self.due(self.known) else []

    def due(self, papers: list[Issuance]) -> int:
        """Return what must be paid in for papers: fees, but what the chain gave back itself."""
        refunded = self.billing.refunded
        return sum(one.fee for one in papers if one.issuance_id not in refunded)

    def is_late(self, paper: Issuance, today: date) -> bool:
        """Tell whether a paper should have been paid in: it is due, or a later day was paid."""
        entered = entered_on(paper)
        return is_due(entered, today) or (self.passed_on is not None and entered < self.passed_on)


def purses(sources: Sources) -> list[Purse]:
    """Return all that chains have to pay in, or paid in; nothing without billing."""
    billing = sources.books.billing
    if billing is None:
        return []
    found: dict[tuple[str, str, date], Purse] = {}

    def purse(chain: str, municipality: str, day: date) -> Purse:
        key = chain, municipality, day
        return found.setdefault(key, Purse(*key, billing))

    for one in sources.completed:
        if one.channel != OWN_MACHINE:
            purse(one.chain, one.municipality, one.accepted_on).papers.append(one)
    for pay_in in billing.pay_ins:
        purse(pay_in.chain, pay_in.municipality, pay_in.day).pay_ins.append(pay_in)
    _pass_on(found.values())
    return [found[key] for key in sorted(found)]


def _pass_on(found: Iterable[Purse]) -> None:
    """Note for each day when the first pay-in for a later one came."""
    first: dict[tuple[str, str], date] = {}
    for purse in sorted(found, key=lambda one: one.day, reverse=True):
        whose = purse.chain, purse.municipality
        purse.passed_on = first.get(whose)
        for pay_in in purse.pay_ins:
            first[whose] = min(first.get(whose, date.max), pay_in.paid_on)


def paid_in(found: list[Purse]) -> dict[Cell, Amount]:
    """Return the papers that are paid in, and all yen, by day and municipality."""
    amounts: dict[Cell, Amount] = defaultdict(Amount)
    for purse in found:
        cell = purse.day, purse.municipality
        amounts[cell] = amounts[cell].plus(purse.paid, papers=len(purse.settled))
    return dict(amounts)


def excused(found: list[Purse], today: date) -> Iterator[Excused]:
    """Return what is not paid in yet, and need not be."""
    for purse in found:
        waiting = [one for one in _waiting(purse) if not purse.is_late(one, today)]
        if waiting:
            amount = Amount(papers=len(waiting), yen=purse.due(waiting))
            yield Excused(
                party=Party.PAID_IN,
                day=purse.day,
                municipality=purse.municipality,
                why=f"{purse.chain} has not paid in yet",
                amount=amount,
            )


def differences(found: list[Purse], today: date) -> Iterator[Named]:
    """Name each sum that is too small or too big, and each day that was passed over."""
    for purse in found:
        late = [one for one in _waiting(purse) if purse.is_late(one, today)]
        if purse.pay_ins and not purse.settled and purse.paid != purse.due(purse.known):
            due = purse.due(purse.known)
            yen = purse.paid - due
            word = "too much" if yen > 0 else "too little"
            what = f"{purse.paid:,} yen were paid in, {due:,} were due: {abs(yen):,} {word}"
            yield _named(purse, Difference.SUM, yen, what)
        if purse.due(late) > 0:
            what = f"nothing was paid in for {len(late)} papers, {purse.due(late):,} yen"
            yield _named(purse, Difference.LATE, -purse.due(late), what)


def _waiting(purse: Purse) -> list[Issuance]:
    """Return papers that no pay-in is for."""
    if purse.paid == purse.due(purse.papers):
        return []
    return purse.later if purse.pay_ins else purse.papers


def _named(purse: Purse, difference: Difference, yen: int, what: str) -> Named:
    return Named(
        party=Party.PAID_IN,
        difference=difference,
        day=purse.day,
        municipality=purse.municipality,
        chain=purse.chain,
        yen=yen,
        what=what,
    )

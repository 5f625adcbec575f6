"""A party that names papers is held against what was completed, paper by paper."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from checker.evidence.rows import Issuance
from checker.reconciliation.dues import is_carried_late, is_due
from checker.reconciliation.model import Amount, Difference, Excused, Named, Party
from checker.reconciliation.parties import Told
from checker.reconciliation.sources import Sources, entered_on

Cell = tuple[date, str]
"""A day and a municipality."""
SAID = {
    Party.METERED: "metering record",
    Party.BILLED: "billed paper",
    Party.AUDITED: "audit event",
    Party.REPORTED: "signed report of its completion",
}
"""What a party has of a paper, in words."""


def sums(told: Sequence[Told]) -> dict[Cell, Amount]:
    """Return papers and yen by day and municipality."""
    found: dict[Cell, Amount] = defaultdict(Amount)
    for one in told:
        cell = one.day, one.municipality
        found[cell] = found[cell].plus(one.yen)
    return dict(found)


def differences(
    party: Party, told: Sequence[Told], expected: Sequence[Told], sources: Sources
) -> Iterator[Named]:
    """Name each paper that the party has and should not have, or has otherwise, or has not."""
    left = {one.issuance: one for one in expected}
    completed = dict(left)
    for one in told:
        paper = left.pop(one.issuance, None)
        if paper is None:
            yield _more(party, one, sources, twice=one.issuance in completed)
            continue
        if (one.day, one.municipality) != (paper.day, paper.municipality):
            what = f"its {SAID[party]} is of {one.day} in {one.municipality}"
            yield _named(party, Difference.ELSEWHERE, paper, one.yen - paper.yen, sources, what)
        elif one.yen != paper.yen:
            what = f"its {SAID[party]} says {one.yen} yen, the fee is {paper.yen}"
            yield _named(party, Difference.OTHER_YEN, paper, one.yen - paper.yen, sources, what)
    for paper in left.values():
        if excuse(party, paper.issuance, sources) is None:
            what = f"it is completed and has no {SAID[party]}"
            yield _named(party, Difference.LACKS, paper, -paper.yen, sources, what)


def excused(
    party: Party, told: Sequence[Told], expected: Sequence[Told], sources: Sources
) -> Iterator[Excused]:
    """Return what the party need not have, or need not have yet, by day and municipality."""
    has = {one.issuance for one in told}
    found: dict[tuple[Cell, str], Amount] = defaultdict(Amount)
    for paper in expected:
        why = None if paper.issuance in has else excuse(party, paper.issuance, sources)
        if why is not None:
            key = (paper.day, paper.municipality), why
            found[key] = found[key].plus(paper.yen)
    for ((day, municipality), why), amount in found.items():
        yield Excused(party=party, day=day, municipality=municipality, why=why, amount=amount)


def excuse(party: Party, issuance: str, sources: Sources) -> str | None:
    """Return why a party need not have a paper that was completed; None: it should have it."""
    paper = sources.issuances[issuance]
    match party:
        case Party.BILLED:
            return _not_closed(paper, sources)
        case Party.AUDITED:
            return _not_carried(paper, sources)
        case Party.REPORTED if issuance in sources.decided:
            return "a named person decided it"
        case _:
            return None


def _not_closed(paper: Issuance, sources: Sources) -> str | None:
    billing, ended = sources.books.billing, paper.ended_at
    if billing is None:
        return "no billing here"
    if is_due(entered_on(paper), sources.today):
        return None
    if billing.last_day is None or paper.accepted_on > billing.last_day:
        return "its day is not closed"
    if billing.closed_at is None or ended is None or ended > billing.closed_at:
        return "it ended after the last close"
    return None


def _not_carried(paper: Issuance, sources: Sources) -> str | None:
    if is_carried_late(entered_on(paper), sources.today):
        return None
    return "its event is not carried yet" if paper.issuance_id in sources.uncarried else None


def _more(party: Party, one: Told, sources: Sources, *, twice: bool) -> Named:
    if twice:
        what = f"it has more than one {SAID[party]}"
        return _named(party, Difference.HAS_TWICE, one, one.yen, sources, what)
    issuance = sources.issuances.get(one.issuance)
    state = f"it is {issuance.state}" if issuance else "no such issuance is known"
    what = f"it has a {SAID[party]}, and {state}"
    return _named(party, Difference.HAS_MORE, one, one.yen, sources, what)


def _named(
    party: Party, difference: Difference, paper: Told, yen: int, sources: Sources, what: str
) -> Named:
    issuance = sources.issuances.get(paper.issuance)
    return Named(
        party=party,
        difference=difference,
        day=paper.day,
        municipality=paper.municipality,
        issuance=paper.issuance,
        terminal=issuance.terminal if issuance else None,
        chain=issuance.chain if issuance else None,
        yen=yen,
        what=what,
    )

"""A billed paper is in a period that is stated: one that is closed, or that is closed next.

In a far one it would be billed and in nobody's statement.
"""

from collections.abc import Iterator
from datetime import date

from checker.evidence.billing import BilledPaper, BillingBooks
from checker.reconciliation.model import Difference, Named, Party
from checker.reconciliation.sources import Sources


def differences(sources: Sources) -> Iterator[Named]:
    """Name each billed paper of a period that no close comes to by itself."""
    billing = sources.books.billing
    if billing is None:
        return
    following = _following(billing)
    for paper in billing.papers:
        if paper.period not in billing.periods | following | _own(paper):
            issuance = sources.issuances.get(paper.issuance_id)
            yield Named(
                party=Party.BILLED,
                difference=Difference.ELSEWHERE,
                day=paper.accepted_on,
                municipality=paper.municipality,
                issuance=paper.issuance_id,
                terminal=issuance.terminal if issuance else None,
                chain=issuance.chain if issuance else None,
                yen=0,
                what=f"it is billed in {paper.period}: that is in nobody's statement",
            )


def _following(billing: BillingBooks) -> frozenset[str]:
    """Return the month after the last one that is closed."""
    months = [one for one in billing.periods if not one.endswith("late")]
    if not months:
        return frozenset()
    year, month = (int(part) for part in max(months).split("-"))
    return frozenset({f"{date(year + month // 12, month % 12 + 1, 1):%Y-%m}"})


def _own(paper: BilledPaper) -> frozenset[str]:
    """Return the paper's own month, and the late entries of its fiscal year."""
    day = paper.accepted_on
    return frozenset({f"{day:%Y-%m}", f"{day.year - (day.month < 4)}-late"})

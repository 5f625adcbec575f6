"""What each party that names papers tells, by itself."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from madoguchi_wire.clock import japan_day
from madoguchi_wire.reports import Completed, Paid

from checker.reconciliation.model import Party
from checker.reconciliation.sources import Sources

NOWHERE = ""
"""The municipality of what a terminal reports and no book has: reports do not say it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One paper, as one party tells it."""

    issuance: str
    day: date
    municipality: str
    yen: int


def completed(sources: Sources) -> Iterator[Told]:
    """Tell what the gateway's issuances say."""
    for one in sources.completed:
        yield Told(one.issuance_id, one.accepted_on, one.municipality, one.fee)


def metered(sources: Sources) -> Iterator[Told]:
    """Tell what the bill is made of."""
    for one in sources.books.metering:
        yield Told(one.issuance_id, one.accepted_on, one.municipality, one.yen)


def billed(sources: Sources) -> Iterator[Told]:
    """Tell what closes took."""
    if sources.books.billing is not None:
        for one in sources.books.billing.papers:
            yield Told(one.issuance_id, one.accepted_on, one.municipality, one.fee)


def audited(sources: Sources) -> Iterator[Told]:
    """Tell what the audit stream says; events do not say the day of their order."""
    for event in sources.completions:
        issuance = sources.issuances.get(event.subject)
        day = issuance.accepted_on if issuance else japan_day(event.time)
        fee = event.data.get("fee")
        yen = fee if isinstance(fee, int) else 0
        yield Told(event.subject, day, str(event.data.get("municipality")), yen)


def reported(sources: Sources) -> Iterator[Told]:
    """Tell what terminals signed as completed; the yen are those of their own *paid*.

    Another terminal's word about a paper is none. Where a named person decided otherwise, that
    word stands against the terminal's.
    """
    paid: dict[tuple[str, str | None], int] = defaultdict(int)
    for report in sources.reports:
        if isinstance(report.body, Paid):
            paid[report.terminal, report.issuance] += report.body.yen
    for report in sources.reports:
        if not isinstance(report.body, Completed) or report.issuance is None:
            continue
        issuance = sources.issuances.get(report.issuance)
        if issuance is not None and issuance.test:
            continue
        yen = paid[report.terminal, report.issuance]
        if issuance is None:
            yield Told(report.issuance, japan_day(report.reported_at), NOWHERE, yen)
        elif issuance.terminal == report.terminal and not _is_overruled(sources, report.issuance):
            yield Told(report.issuance, issuance.accepted_on, issuance.municipality, yen)


def _is_overruled(sources: Sources, issuance: str) -> bool:
    return issuance in sources.decided and sources.issuances[issuance].state != "completed"


TELLING: dict[Party, Callable[[Sources], Iterator[Told]]] = {
    Party.METERED: metered,
    Party.BILLED: billed,
    Party.AUDITED: audited,
    Party.REPORTED: reported,
}

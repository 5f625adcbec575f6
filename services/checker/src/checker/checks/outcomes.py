"""How an issuance ended at the gateway is how its municipality was told that it ended."""

from collections.abc import Iterator

from madoguchi_wire.signed import token_digest

from checker.checks.decisions import decided_issuances
from checker.checks.life import FINAL
from checker.evidence.adapters import Ending
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Issuance
from checker.fault import Fault, FaultName

_TOLD = FINAL | {"quarantined"}
_BY_REPORT = frozenset({"completed", "voided"})
"""Ends that a terminal's report brings about, unless a named person decided."""


def check_outcomes(evidence: Evidence) -> Iterator[Fault]:
    """Find ends that an adapter was not told, was told otherwise, or without evidence."""
    issuances = {issuance.issuance_id: issuance for issuance in evidence.books.issuances}
    endings: dict[tuple[str, str], Ending] = {}
    for code, books in evidence.adapters.items():
        for ending in books.endings:
            endings[code, ending.issuance_id] = ending
            issuance = issuances.get(ending.issuance_id)
            if issuance is None or issuance.municipality != code:
                what = f"{code} was told an end of it, and the gateway does not have it"
                yield Fault(name=FaultName.OUTCOME_FOREIGN, where=ending.issuance_id, what=what)
    said = _Said(evidence)
    for issuance in evidence.books.issuances:
        ending = endings.get((issuance.municipality, issuance.issuance_id))
        yield from _check(issuance, ending, said)


class _Said:
    """What the gateway has, by issuance."""

    def __init__(self, evidence: Evidence) -> None:
        books = evidence.books
        self.outcomes = {outcome.issuance_id: outcome for outcome in books.outcomes}
        self.decided = decided_issuances(evidence)
        self.reports: dict[str, dict[str, str]] = {}
        """Event by SHA-256 of each report."""
        for report in books.reports:
            if report.issuance_id is not None:
                digests = self.reports.setdefault(report.issuance_id, {})
                digests[token_digest(report.token)] = report.event


def _check(issuance: Issuance, ending: Ending | None, said: _Said) -> Iterator[Fault]:
    where, outcome = issuance.issuance_id, said.outcomes.get(issuance.issuance_id)
    if issuance.state not in _TOLD:
        if outcome is not None or ending is not None:
            yield _differs(where, f"it is {issuance.state}, and the adapter was told an end")
        return
    if outcome is None or outcome.acknowledged_at is None or ending is None:
        what = f"it is {issuance.state}, and the adapter has not acknowledged that"
        yield Fault(name=FaultName.OUTCOME_MISSING, where=where, what=what)
        return
    if outcome.outcome != issuance.state or ending.outcome != issuance.state:
        yield _differs(where, f"it is {issuance.state}, the adapter was told {ending.outcome}")
    reports = said.reports.get(where, {})
    if not set(ending.reports) <= reports.keys():
        yield _differs(where, "the adapter got a report that the gateway does not have")
    if issuance.state in _BY_REPORT and where not in said.decided:
        told = {reports.get(digest) for digest in ending.reports}
        if not ending.vouched or issuance.state not in told:
            yield _differs(where, f"no report of a terminal vouches for {issuance.state}")


def _differs(where: str, what: str) -> Fault:
    return Fault(name=FaultName.OUTCOME_DIFFERS, where=where, what=what)

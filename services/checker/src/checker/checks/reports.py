"""What terminals signed is what the books say, report by report and coin by coin."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeySet
from madoguchi_wire.reports import (
    CashCollected,
    CashCounted,
    Completed,
    Paid,
    TerminalReport,
    Voided,
    verified_report,
)

from checker.checks.decisions import decided_issuances
from checker.checks.gaps import gaps
from checker.checks.life import is_completed, money_stayed, was_paid
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Books, Issuance, Report
from checker.fault import Fault, FaultName


def check_reports(evidence: Evidence) -> Iterator[Fault]:
    """Find reports that are forged, missing or untrue, and coins that are missing."""
    reports: list[TerminalReport] = []
    for kept, report in zip(evidence.books.reports, _verified_each(evidence), strict=True):
        if report is None:
            what = f"report {kept.sequence}: signature, or it says another thing than its row"
            yield Fault(name=FaultName.REPORT_INVALID, where=kept.terminal, what=what)
        else:
            reports.append(report)
    yield from _check_sequences(reports)
    said = _by_issuance(reports)
    decided = decided_issuances(evidence)
    for issuance in evidence.books.issuances:
        about = said.get(issuance.issuance_id, _Said([], [], []))
        yield from _check(issuance, about, is_decided=issuance.issuance_id in decided)
    yield from _check_cash(evidence.books, cash_reported(reports))


def verified_reports(evidence: Evidence) -> list[TerminalReport]:
    """Return the reports whose signature holds."""
    return [report for report in _verified_each(evidence) if report is not None]


@lru_cache(maxsize=1)
def _verified_each(evidence: Evidence) -> tuple[TerminalReport | None, ...]:
    return tuple(_verified(kept, evidence.keys) for kept in evidence.books.reports)


@dataclass(frozen=True)
class Cash:
    """What a terminal's reports say of the coins in its machine, in yen."""

    counted: int | None = None
    """At the last count."""
    collected: int = 0
    """Taken out before the last count, or at all if there was none."""
    collected_since: int = 0


def cash_reported(reports: Sequence[TerminalReport]) -> dict[str, Cash]:
    """Return what each terminal that counted or emptied its machine says of it."""
    found: dict[str, Cash] = defaultdict(Cash)
    for report in sorted(reports, key=lambda one: one.sequence):
        cash = found[report.terminal]
        match report.body:
            case CashCounted():
                total = cash.collected + cash.collected_since
                found[report.terminal] = Cash(report.body.yen, total)
            case CashCollected() if cash.counted is None:
                taken = cash.collected + report.body.yen
                found[report.terminal] = replace(cash, collected=taken)
            case CashCollected():
                taken = cash.collected_since + report.body.yen
                found[report.terminal] = replace(cash, collected_since=taken)
            case _:
                pass
    return {terminal: cash for terminal, cash in found.items() if cash != Cash()}


def expected_cash(books: Books, reported: Mapping[str, Cash]) -> dict[str, int]:
    """Return what must have lain in each machine, in yen, when it was counted last."""
    expected: dict[str, int] = defaultdict(int)
    for issuance in books.issuances:
        expected[issuance.terminal] += issuance.fee if money_stayed(issuance) else 0
    for terminal, cash in reported.items():
        expected[terminal] -= cash.collected
    return dict(expected)


def _verified(kept: Report, keys: KeySet) -> TerminalReport | None:
    try:
        report = verified_report(kept.token, keys, kept.received_at)
    except SignatureRefused:
        return None
    said = (report.terminal, report.sequence, report.issuance, report.body.event)
    row = (kept.terminal, kept.sequence, kept.issuance_id, kept.event)
    return report if said == row else None


def _check_sequences(reports: Sequence[TerminalReport]) -> Iterator[Fault]:
    numbers: dict[str, set[int]] = defaultdict(set)
    for report in reports:
        numbers[report.terminal].add(report.sequence)
    for terminal, seen in numbers.items():
        for missing in gaps(seen):
            what = f"report {missing}"
            yield Fault(name=FaultName.REPORT_GAP, where=terminal, what=what)


@dataclass(frozen=True)
class _Said:
    """What a terminal said about one issuance."""

    paid: list[tuple[str, Paid]]
    completed: list[tuple[str, Completed]]
    voided: list[tuple[str, Voided]]


def _by_issuance(reports: Sequence[TerminalReport]) -> dict[str, _Said]:
    said: dict[str, _Said] = defaultdict(lambda: _Said([], [], []))
    for report in reports:
        about = said[report.issuance or ""]
        match report.body:
            case Paid():
                about.paid.append((report.terminal, report.body))
            case Completed():
                about.completed.append((report.terminal, report.body))
            case Voided():
                about.voided.append((report.terminal, report.body))
            case _:
                pass
    return dict(said)


def _check(issuance: Issuance, said: _Said, *, is_decided: bool) -> Iterator[Fault]:
    where = issuance.issuance_id
    if was_paid(issuance) and not said.paid:
        yield Fault(name=FaultName.REPORT_MISSING, where=where, what="paid")
    if is_decided:
        return  # a named person's word stands against the terminal's, with a reason
    if is_completed(issuance) and not said.completed:
        yield Fault(name=FaultName.REPORT_MISSING, where=where, what="completed")
    if issuance.state == "voided" and not said.voided:
        yield Fault(name=FaultName.REPORT_MISSING, where=where, what="voided")
    if said.completed and not is_completed(issuance):
        what = f"a terminal completed it, and it is {issuance.state}"
        yield Fault(name=FaultName.REPORT_DIFFERS, where=where, what=what)
    if said.completed and said.voided:
        what = "a terminal said both completed and voided"
        yield Fault(name=FaultName.REPORT_DIFFERS, where=where, what=what)
    for what in _differences(issuance, said):
        yield Fault(name=FaultName.REPORT_DIFFERS, where=where, what=what)


def _differences(issuance: Issuance, said: _Said) -> Iterator[str]:
    terminals = {terminal for terminal, _ in [*said.paid, *said.completed, *said.voided]}
    if terminals - {issuance.terminal}:
        yield "another terminal reported it"
    if len(said.paid) > 1:
        yield "it was paid more than once"
    if any(body.yen != issuance.fee for _, body in said.paid):
        yield "yen of paid"
    if any(body.pages != issuance.pages for _, body in said.completed):
        yield "pages of completed"
    if issuance.state != "voided":
        return
    if any(body.money.value != issuance.money for _, body in said.voided):
        yield "money of voided"
    if any(body.reason.value != issuance.void_reason for _, body in said.voided):
        yield "reason of voided"


def _check_cash(books: Books, reported: Mapping[str, Cash]) -> Iterator[Fault]:
    for terminal, yen in expected_cash(books, reported).items():
        cash = reported.get(terminal, Cash())
        if cash.counted is None and yen > 0:
            what = f"{yen} yen should be in it"
            yield Fault(name=FaultName.CASH_NOT_COUNTED, where=terminal, what=what)
        elif (cash.counted or 0) != yen:
            what = f"{cash.counted or 0} yen counted, {yen} should be there"
            yield Fault(name=FaultName.CASH_DIFFERS, where=terminal, what=what)
        elif cash.collected_since > yen:
            what = f"{cash.collected_since} yen taken out of {yen} that were counted"
            yield Fault(name=FaultName.CASH_DIFFERS, where=terminal, what=what)

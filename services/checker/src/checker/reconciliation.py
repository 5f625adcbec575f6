"""Completed = metered = audited = reported, by municipality, and = cash counted, by terminal."""

from collections import defaultdict
from collections.abc import Iterator

from madoguchi_wire.events import EventType
from madoguchi_wire.reports import Completed
from pydantic import BaseModel, ConfigDict

from checker.checks.events import parsed_event
from checker.checks.life import is_completed
from checker.checks.reports import Cash, cash_reported, expected_cash, verified_reports
from checker.evidence.evidence import Evidence
from checker.fault import Fault, FaultName


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Amount(_Part):
    """Papers and their yen."""

    papers: int = 0
    yen: int = 0

    def plus(self, yen: int) -> "Amount":
        """Return the amount with one paper more."""
        return Amount(papers=self.papers + 1, yen=self.yen + yen)


class MunicipalityRow(_Part):
    """One municipality, counted by four parties that do not ask each other."""

    municipality: str
    completed: Amount
    """As the issuances say."""
    metered: Amount
    """As the bill will say."""
    audited: Amount
    """As the audit stream says."""
    reported: Amount
    """As terminals signed."""


class TerminalRow(_Part):
    """One machine: what must have lain in it as it was counted last, and what was."""

    terminal: str
    expected_yen: int
    counted_yen: int | None


class Reconciliation(_Part):
    """All rows."""

    municipalities: tuple[MunicipalityRow, ...]
    terminals: tuple[TerminalRow, ...]


def reconcile(evidence: Evidence) -> Reconciliation:
    """Count everything from each source by itself."""
    completed, metered = _completed(evidence), _metered(evidence)
    audited, reported = _audited(evidence), _reported(evidence)
    codes = sorted({*completed, *metered, *audited, *reported})
    reported_cash = cash_reported(verified_reports(evidence))
    expected = expected_cash(evidence.books, reported_cash)
    return Reconciliation(
        municipalities=tuple(
            MunicipalityRow(
                municipality=code,
                completed=completed.get(code, Amount()),
                metered=metered.get(code, Amount()),
                audited=audited.get(code, Amount()),
                reported=reported.get(code, Amount()),
            )
            for code in codes
        ),
        terminals=tuple(
            TerminalRow(
                terminal=terminal,
                expected_yen=expected.get(terminal, 0),
                counted_yen=reported_cash.get(terminal, Cash()).counted,
            )
            for terminal in sorted(expected)
        ),
    )


def check_reconciliation(found: Reconciliation) -> Iterator[Fault]:
    """Find rows whose parties do not say the same."""
    for row in found.municipalities:
        for party in ("metered", "audited", "reported"):
            if getattr(row, party) != row.completed:
                what = f"{party} is not what was completed"
                yield Fault(name=FaultName.NOT_RECONCILED, where=row.municipality, what=what)
    for row in found.terminals:
        if row.expected_yen != (row.counted_yen or 0):
            what = "cash counted is not what was taken for papers"
            yield Fault(name=FaultName.NOT_RECONCILED, where=row.terminal, what=what)


def _completed(evidence: Evidence) -> dict[str, Amount]:
    amounts: dict[str, Amount] = defaultdict(Amount)
    for issuance in filter(is_completed, evidence.books.issuances):
        amounts[issuance.municipality] = amounts[issuance.municipality].plus(issuance.fee)
    return amounts


def _metered(evidence: Evidence) -> dict[str, Amount]:
    amounts: dict[str, Amount] = defaultdict(Amount)
    for record in evidence.books.metering:
        amounts[record.municipality] = amounts[record.municipality].plus(record.yen)
    return amounts


def _audited(evidence: Evidence) -> dict[str, Amount]:
    amounts: dict[str, Amount] = defaultdict(Amount)
    for line in evidence.stream:
        event = parsed_event(line)
        if event is not None and event.type is EventType.ISSUANCE_COMPLETED:
            code = str(event.data.get("municipality"))
            amounts[code] = amounts[code].plus(int(event.data.get("fee", 0)))
    return amounts


def _reported(evidence: Evidence) -> dict[str, Amount]:
    """Count what terminals signed as completed; the yen are those of their own *paid*."""
    issuances = {issuance.issuance_id: issuance for issuance in evidence.books.issuances}
    reports = verified_reports(evidence)
    paid = {r.issuance: r.body.yen for r in reports if r.body.event == "paid"}
    amounts: dict[str, Amount] = defaultdict(Amount)
    for report in reports:
        issuance = issuances.get(report.issuance or "")
        if isinstance(report.body, Completed) and issuance is not None:
            code = issuance.municipality
            amounts[code] = amounts[code].plus(paid.get(report.issuance, 0))
    return amounts

"""What terminals wrote for themselves is what the gateway heard, and nothing was printed freely."""

from collections.abc import Iterator

from madoguchi_wire.signed import token_digest

from checker.checks.life import was_paid
from checker.checks.walk import Walk
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Issuance
from checker.evidence.terminals import JournalEntry, TerminalRecord
from checker.fault import Fault, FaultName


def check_journals(evidence: Evidence) -> Iterator[Fault]:
    """Find journals that do not follow, or differ from what the gateway knows."""
    issuances = {issuance.issuance_id: issuance for issuance in evidence.books.issuances}
    kept: dict[str, dict[int, str]] = {name: {} for name in evidence.terminals}
    for report in evidence.books.reports:
        if report.terminal in kept:
            kept[report.terminal][report.sequence] = token_digest(report.token)
    yield from _check_kept(evidence)
    for name, record in evidence.terminals.items():
        if record.unreadable:
            what = f"{record.unreadable} lines of journal or machine log cannot be read"
            yield Fault(name=FaultName.JOURNAL_UNREADABLE, where=name, what=what)
        walk, faults = Walk.of(record)
        yield from faults
        yield from _check_reports(record, kept[name], is_suspended=name in evidence.books.suspended)
        yield from _check_ends(walk, issuances)


def _check_kept(evidence: Evidence) -> Iterator[Fault]:
    books, kept = evidence.books, evidence.terminals
    named = {one.terminal for one in books.issuances} | {one.terminal for one in books.reports}
    for name in sorted(named - kept.keys()):
        what = "it sold or reported something, and its journal is not there"
        yield Fault(name=FaultName.JOURNAL_MISSING, where=name, what=what)
    paid = {one.terminal for one in filter(was_paid, books.issuances)}
    for name, record in kept.items():
        acted = name in paid or any(entry.what == "printing" for entry in record.journal)
        if acted and not record.has_machine_log:
            what = "it took money or printed, and its machine's log is not there"
            yield Fault(name=FaultName.MACHINE_LOG_MISSING, where=name, what=what)


def _check_reports(
    record: TerminalRecord, kept: dict[int, str], *, is_suspended: bool
) -> Iterator[Fault]:
    written = {entry.sequence or 0: entry for entry in record.journal if _is_report(entry)}
    for number, entry in written.items():
        where = entry.issuance or record.terminal
        if number not in kept:
            if is_suspended and _waits(record, entry):
                continue
            what = f"report {number} of {record.terminal} ({entry.event})"
            if refused := _refused(record, number):
                what += f": refused as {refused}"
            yield Fault(name=FaultName.REPORT_NOT_AT_GATEWAY, where=where, what=what)
        elif kept[number] != entry.token:
            what = f"report {number} of {record.terminal} has other bytes at the gateway"
            yield Fault(name=FaultName.REPORT_DIFFERS, where=where, what=what)
    for number in sorted(kept.keys() - written.keys()):
        what = f"report {number}"
        yield Fault(name=FaultName.REPORT_NOT_IN_JOURNAL, where=record.terminal, what=what)


def _waits(record: TerminalRecord, entry: JournalEntry) -> bool:
    """Tell whether a report may wait until its terminal is let in: it is about no paper."""
    return entry.issuance is None and _refused(record, entry.sequence or 0) is None


def _is_report(entry: JournalEntry) -> bool:
    return entry.what == "report_written"


def _refused(record: TerminalRecord, number: int) -> str | None:
    answers = [e for e in record.journal if e.what == "report_answered" and e.sequence == number]
    return next((answer.refused for answer in answers if answer.refused), None)


def _check_ends(walk: Walk, issuances: dict[str, Issuance]) -> Iterator[Fault]:
    for where, paper in walk.papers.items():
        issuance = issuances.get(where)
        if paper.printings and (issuance is None or not was_paid(issuance)):
            state = issuance.state if issuance else "unknown"
            what = f"{walk.terminal} printed it, and the gateway gave no go: it is {state}"
            yield Fault(name=FaultName.PRINTED_WITHOUT_GO, where=where, what=what)
        if paper.end and issuance and issuance.terminal != walk.terminal:
            what = f"{walk.terminal} ended it, and it is another terminal's"
            yield Fault(name=FaultName.REPORT_DIFFERS, where=where, what=what)

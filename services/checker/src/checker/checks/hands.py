"""Money before paper: in the machine's own order, and by the clock against the signed report."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from madoguchi_wire.reports import TerminalReport

from checker.evidence.terminals import Happening, TerminalRecord
from checker.fault import Fault, FaultName

_ROUNDED = timedelta(milliseconds=1)
"""Reports tell milliseconds."""


def check_sequence(record: TerminalRecord, paid: Mapping[str, TerminalReport]) -> Iterator[Fault]:
    """Find papers before their money, and reports *paid* before the money or after the paper.

    Args:
        record: of one terminal.
        paid: the signed report *paid* of each issuance.

    """
    done: dict[str, set[str]] = {}
    for one in record.happenings:
        if one.issuance is None:
            continue
        before = done.setdefault(one.issuance, set())
        for what in _out_of_order(one, before, paid.get(one.issuance)):
            yield Fault(name=FaultName.MACHINE_OUT_OF_ORDER, where=one.issuance, what=what)
        before.add(one.what)


def _out_of_order(one: Happening, before: set[str], report: TerminalReport | None) -> Iterator[str]:
    match one.what:
        case "inserted":
            if "printed" in before and "inserted" not in before:
                yield "the paper came out before the money went in"
            if _lies_after(one, report):
                yield "the money went in after it was reported as paid"
        case "refunded":
            if "inserted" not in before:
                yield "money was handed back before it went in"
        case "printed":
            if "refunded" in before:
                yield "the paper came out after the money was handed back"
            if report is not None and _lies_before(one, report):
                yield "the paper came out before it was reported as paid"
        case _:
            pass


def _lies_after(one: Happening, report: TerminalReport | None) -> bool:
    return report is not None and one.at is not None and one.at >= report.reported_at + _ROUNDED


def _lies_before(one: Happening, report: TerminalReport) -> bool:
    return one.at is not None and one.at < report.reported_at

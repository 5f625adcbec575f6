"""What terminals signed about how an issuance ended."""

from collections.abc import Sequence
from datetime import datetime

from madoguchi_wire.adapter_api import OutcomeStatement
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeySet
from madoguchi_wire.reports import NotMine, Rejected, TerminalReport, verified_report


def verified_reports(
    statement: OutcomeStatement, keys: KeySet, at: datetime
) -> list[TerminalReport]:
    """Return the terminal's reports that an outcome brings.

    Raises:
        SignatureRefused: a report that no enrolled terminal signed, or about another issuance.

    """
    reports = [verified_report(token, keys, at) for token in statement.reports]
    if any(report.issuance != statement.issuance for report in reports):
        raise SignatureRefused("A report is about another issuance than the outcome.")
    return reports


def are_of_terminal(reports: Sequence[TerminalReport], terminal: str) -> bool:
    """Tell whether the reports come from the terminal whose session ordered the paper."""
    return all(report.terminal == terminal for report in reports)


def vouch(reports: Sequence[TerminalReport], outcome: str) -> bool:
    """Tell whether a report tells the same outcome as the gateway.

    An outcome without it is the word of the gateway or of a named person; reconciliation asks.
    """
    return any(report.body.event == outcome for report in reports)


def is_disputed(reports: Sequence[TerminalReport]) -> bool:
    """Tell whether a cardholder or a terminal says that this is another one's paper."""
    return any(isinstance(report.body, NotMine | Rejected) for report in reports)

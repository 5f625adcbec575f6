"""Reports: numbered and signed once, kept before they are sent, repeated until answered."""

from datetime import datetime, timedelta

from madoguchi_wire.errors import CallerRefused, MadoguchiError, all_errors
from madoguchi_wire.gateway_api import ReportAnswer, SendReport
from madoguchi_wire.reports import (
    CashCounted,
    Completed,
    NotMine,
    Paid,
    Rejected,
    TerminalReport,
    Voided,
)

from store_terminal_sim.core.access import authorised
from store_terminal_sim.core.calls import json_call, parsed
from store_terminal_sim.core.effects import CountCash, Flow
from store_terminal_sim.core.entries import ReportAnswered, ReportWritten
from store_terminal_sim.core.problems import GatewayRefused, GatewaySilent
from store_terminal_sim.core.terminal import Terminal

REPORT_TIME = timedelta(seconds=20)
Body = Paid | Completed | Voided | Rejected | NotMine | CashCounted


def write_report(terminal: Terminal, issuance: str | None, body: Body) -> Flow[ReportWritten]:
    """Number, sign and keep a report."""
    sequence = terminal.memory.last_sequence + 1
    report = TerminalReport(
        terminal=terminal.identity.terminal,
        sequence=sequence,
        issuance=issuance,
        reported_at=terminal.clock.now(),
        body=body,
    )
    token = report.signed_by(terminal.identity.statement_key)
    written = ReportWritten(sequence=sequence, issuance=issuance, event=body.event, token=token)
    yield from terminal.keep(written)
    return written


def send_report(
    terminal: Terminal, written: ReportWritten, deadline: datetime
) -> Flow[ReportAnswer | None]:
    """Send a report; return the gateway's answer, or None if there is none or it refuses.

    Without an answer the report stays in memory and is sent again with the same bytes.
    """
    call = json_call("/v1/reports", SendReport(report=written.token))
    try:
        response = yield from authorised(terminal, lambda: call, deadline)
        answer = parsed(ReportAnswer, response)
    except GatewaySilent:
        return None
    except GatewayRefused as refused:
        if _is_final(refused):
            answered = ReportAnswered(sequence=written.sequence, refused=refused.slug)
            yield from terminal.keep(answered, durable=False)
        return None
    yield from terminal.keep(ReportAnswered(sequence=written.sequence), durable=False)
    return answer


def _is_final(refused: GatewayRefused) -> bool:
    # A caller who is not let in today keeps its reports for the day when it is.
    kind = all_errors().get(refused.slug, MadoguchiError)
    own_fault = refused.problem.status < 500 and not issubclass(kind, CallerRefused)
    return own_fault and not refused.problem.retryable


def send_unanswered(terminal: Terminal) -> Flow[None]:
    """Send what the gateway may not have, oldest first, until one stays unanswered."""
    deadline = terminal.clock.now() + REPORT_TIME
    for sequence in sorted(terminal.memory.unanswered):
        yield from send_report(terminal, terminal.memory.unanswered[sequence], deadline)
        if sequence in terminal.memory.unanswered:
            return


def report_not_mine(terminal: Terminal, issuance: str) -> Flow[None]:
    """Keep the evidence when the cardholder says: this paper is not mine."""
    yield from write_report(terminal, issuance, NotMine())
    yield from send_unanswered(terminal)


def report_cash(terminal: Terminal) -> Flow[int]:
    """Count the coins in the machine and report them; return yen."""
    yen: int = yield CountCash()
    yield from write_report(terminal, None, CashCounted(yen=yen))
    yield from send_unanswered(terminal)
    return yen

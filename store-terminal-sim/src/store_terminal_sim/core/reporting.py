"""Reports: numbered and signed once, kept before they are sent, repeated until answered."""

from datetime import datetime, timedelta

from madoguchi_wire.errors import (
    CallerRefused,
    IssuanceUnknown,
    MadoguchiError,
    ReportSequenceReused,
    all_errors,
)
from madoguchi_wire.gateway_api import ReportAnswer, SendReport
from madoguchi_wire.reports import ReportBody, TerminalReport

from store_terminal_sim.core.access import authorised
from store_terminal_sim.core.calls import json_call, parsed
from store_terminal_sim.core.effects import Flow
from store_terminal_sim.core.entries import ReportAnswered, ReportWritten
from store_terminal_sim.core.problems import GatewayRefused, GatewaySilent
from store_terminal_sim.core.terminal import Terminal

REPORT_TIME = timedelta(seconds=20)
"""How long somebody at the terminal waits for the gateway's go."""
STEP_TIME = timedelta(seconds=10)
"""How long one step of catching up may take, a cardholder may be waiting behind it."""
TRY_TIME = timedelta(seconds=5)
"""How long one report is tried in such a step."""
STEP_REPORTS = 100
FINAL = frozenset({IssuanceUnknown.slug, ReportSequenceReused.slug})
"""Refusals that no later attempt changes. All others are kept for a better day: a replica whose
clock or trust list is off refuses signatures that hold, and a suspended terminal may be let in."""


def write_report(terminal: Terminal, issuance: str | None, body: ReportBody) -> Flow[ReportWritten]:
    """Number, sign and keep a report."""
    sequence = terminal.memory.last_sequence + 1
    report = TerminalReport(
        terminal=terminal.identity.terminal,
        sequence=sequence,
        issuance=issuance,
        reported_at=terminal.clock.now(),
        enrolment=terminal.identity.enrolment,
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
    try:
        return (yield from _sent(terminal, written, deadline))
    except (GatewaySilent, GatewayRefused):
        return None


def send_unanswered(terminal: Terminal) -> Flow[bool]:
    """Send what the gateway may not have, for one bounded step; tell whether it has all now.

    The oldest goes first, but after a report that stayed unanswered the next step begins behind
    it. Nobody answering, or the terminal not being let in, ends the step: no other would fare
    better.
    """
    deadline = terminal.clock.now() + STEP_TIME
    terminal.shut_out = None
    for sequence in _in_turn(terminal):
        now = terminal.clock.now()
        if now >= deadline:
            break
        terminal.report_tried = sequence
        written = terminal.memory.unanswered[sequence]
        try:
            yield from _sent(terminal, written, min(deadline, now + TRY_TIME))
        except GatewaySilent:
            break
        except GatewayRefused as refused:
            if _is_about_caller(refused):
                terminal.shut_out = refused.problem
                break
    return not terminal.memory.unanswered


def _in_turn(terminal: Terminal) -> list[int]:
    waiting, tried = sorted(terminal.memory.unanswered), terminal.report_tried
    later = [sequence for sequence in waiting if sequence > tried]
    return [*later, *(sequence for sequence in waiting if sequence <= tried)][:STEP_REPORTS]


def _sent(terminal: Terminal, written: ReportWritten, deadline: datetime) -> Flow[ReportAnswer]:
    call = json_call("/v1/reports", SendReport(report=written.token))
    try:
        response = yield from authorised(terminal, lambda: call, deadline)
        answer = parsed(ReportAnswer, response)
    except GatewayRefused as refused:
        if refused.slug in FINAL:
            answered = ReportAnswered(sequence=written.sequence, refused=refused.slug)
            yield from terminal.keep(answered, durable=False)
        raise
    answered = ReportAnswered(sequence=written.sequence, go=answer.go)
    yield from terminal.keep(answered, durable=False)
    return answer


def _is_about_caller(refused: GatewayRefused) -> bool:
    return issubclass(all_errors().get(refused.slug, MadoguchiError), CallerRefused)

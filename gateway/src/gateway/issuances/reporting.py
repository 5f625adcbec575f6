"""Reports of terminals: each kept once as evidence; the answer to *paid* is the gateway's go."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg
from madoguchi_wire.errors import (
    InvalidFields,
    IssuanceChanging,
    IssuanceUnknown,
    ReportSequenceReused,
    SignatureRefused,
    TooManyReports,
)
from madoguchi_wire.events import EventType
from madoguchi_wire.gateway_api import ReportAnswer
from madoguchi_wire.reports import verified_report

from gateway.audit import outbox
from gateway.issuances import rows
from gateway.issuances.earlier_reports import EVENTS_UNTIL_DELIVERED, complete_by_earlier_report
from gateway.issuances.life import State
from gateway.issuances.moving import KeptReport, Move, move
from gateway.issuances.releasing import may_release
from gateway.issuances.reported_moves import move_by_report
from gateway.issuances.suspecting import act_on_doubt, is_doubt
from gateway.parts import Gateway
from gateway.terminals.terminal import Terminal

_ATTEMPTS = 10
_LARGEST_SEQUENCE = 2**63 - 1
_KNOWN = "SELECT token, issuance_id, changed_state FROM reports WHERE terminal=$1 AND sequence=$2"
_KEEP = f"""
WITH kept AS (
    INSERT INTO reports (terminal, sequence, event, token, changed_state)
    VALUES ($1, $2, $3, $4, false)
)
INSERT INTO outbox ({outbox.COLUMNS}) SELECT {outbox.COLUMNS} FROM {outbox.events_from(5)}
"""  # noqa: S608 (column names of ours)


async def receive(gateway: Gateway, terminal: Terminal, token: str) -> ReportAnswer:
    """Keep a report and do what it says; the same report again gets the same answer.

    Raises:
        SignatureRefused: not signed by this terminal's own key.
        InvalidFields: its number is larger than any terminal can reach.
        IssuanceUnknown: about an issuance of another terminal, or none.
        IssuanceChanging: others move it at this moment.
        ReportSequenceReused: the number was used for another report (with an alarm).
        TooManyReports: more that change nothing in this minute than any machine makes.

    """
    report = verified_report(token, gateway.terminal_keys, gateway.clock.now())
    if report.terminal != terminal.terminal:
        raise SignatureRefused("The report is of another terminal than the one that sends it.")
    if report.sequence > _LARGEST_SEQUENCE:
        raise InvalidFields("The report's sequence number is too large.")
    kept = KeptReport(report, token)
    try:
        if report.issuance is None:
            if not gateway.failures.may_report_machine(terminal, gateway.clock.now()):
                raise TooManyReports()
            return await _keep_free(gateway, terminal, kept)
        return await _about_issuance(gateway, terminal, kept, _uuid(report.issuance))
    except asyncpg.UniqueViolationError:
        return await _repeated(gateway, terminal, kept)


def _uuid(text: str) -> UUID:
    try:
        issuance = UUID(text)
    except ValueError as error:
        raise IssuanceUnknown() from error
    # Other spellings would not be the same issuance to the adapter that reads the report, too.
    if str(issuance) != text:
        raise IssuanceUnknown()
    return issuance


async def _about_issuance(
    gateway: Gateway, terminal: Terminal, kept: KeptReport, issuance_id: UUID
) -> ReportAnswer:
    for _ in range(_ATTEMPTS):
        issuance = await rows.find(gateway.pool, issuance_id, terminal.terminal)
        if issuance is None:
            raise IssuanceUnknown()
        step = move_by_report(gateway, issuance, kept)
        changes_nothing = step.target is issuance.state
        if changes_nothing and not gateway.failures.may_keep_report(terminal, gateway.clock.now()):
            return await _beyond_limit(gateway, terminal, kept)
        if await _moved(gateway, step):
            return await _answer(gateway, terminal, step)
        if step.target is State.PAID:
            # It may have been stopped this moment: what we know in memory is not what counts.
            await gateway.stops.refresh(gateway.pool)
    raise IssuanceChanging()


async def _beyond_limit(gateway: Gateway, terminal: Terminal, kept: KeptReport) -> ReportAnswer:
    """Answer what was kept before, however often it comes; it adds nothing."""
    report = kept.report
    if await gateway.pool.fetchrow(_KNOWN, report.terminal, report.sequence) is None:
        raise TooManyReports()
    return await _repeated(gateway, terminal, kept)


async def _moved(gateway: Gateway, step: Move) -> bool:
    kept = step.report
    if kept is None or not is_doubt(step.issuance, kept.report.body):
        return await move(gateway.pool, step)
    async with gateway.pool.acquire() as connection, connection.transaction():
        if not await move(connection, step):
            return False
        await act_on_doubt(gateway, connection, step.issuance, kept.report.body)
    return True


async def _answer(gateway: Gateway, terminal: Terminal, step: Move) -> ReportAnswer:
    was, issuance = step.issuance, step.issuance.issuance_id
    if step.target is not State.PAID or was.state is State.PAID:
        return ReportAnswer(issuance=issuance, state=step.target.value, go=False)
    if was.event_sequence > EVENTS_UNTIL_DELIVERED and await complete_by_earlier_report(
        gateway, terminal, issuance
    ):
        return ReportAnswer(issuance=issuance, state=State.COMPLETED.value, go=False)
    return ReportAnswer(issuance=issuance, state=step.target.value, go=True)


async def _keep_free(gateway: Gateway, terminal: Terminal, kept: KeptReport) -> ReportAnswer:
    report = kept.report
    data = {"report": report.body.event, "report_sequence": report.sequence}
    told = data | terminal.told
    event = gateway.trail.row(EventType.REPORT_KEPT, told)
    await gateway.pool.execute(
        _KEEP,
        report.terminal,
        report.sequence,
        report.body.event,
        kept.token,
        *outbox.arrays([event]),
    )
    return ReportAnswer(issuance=None, state=None, go=False)


@dataclass(frozen=True)
class _Earlier:
    token: str
    issuance_id: UUID | None
    changed_state: bool


async def _repeated(gateway: Gateway, terminal: Terminal, kept: KeptReport) -> ReportAnswer:
    report = kept.report
    row = await gateway.pool.fetchrow(_KNOWN, report.terminal, report.sequence)
    earlier = _Earlier(**dict(row.items())) if row is not None else None
    if earlier is None or earlier.token != kept.token:
        alarm = "report_sequence_reused"
        if gateway.failures.has_own_alarm(terminal, alarm, gateway.clock.now()):
            data = terminal.told | {"report_sequence": report.sequence}
            await gateway.trail.alarm(alarm, data, None)
        raise ReportSequenceReused()
    if earlier.issuance_id is None:
        return ReportAnswer(issuance=None, state=None, go=False)
    issuance = await rows.find(gateway.pool, earlier.issuance_id, terminal.terminal)
    if issuance is None:
        raise IssuanceUnknown()
    # The go is repeated only while nothing else has happened since.
    paid = report.body.event == "paid" and earlier.changed_state
    await gateway.stops.refresh(gateway.pool)
    if (
        paid
        and issuance.state is State.PAID
        and await complete_by_earlier_report(gateway, terminal, issuance.issuance_id)
    ):
        # Whoever applied *paid* may have died before it came to what was kept earlier.
        return ReportAnswer(issuance=issuance.issuance_id, state=State.COMPLETED.value, go=False)
    go = paid and issuance.state is State.PAID and may_release(gateway, issuance)
    return ReportAnswer(issuance=issuance.issuance_id, state=issuance.state.value, go=go)

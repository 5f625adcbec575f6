"""What a report moves: the step of its issuance with events, transfers and alarms."""

from madoguchi_wire.events import EventType
from madoguchi_wire.kit.telemetry import current_trace_id
from madoguchi_wire.reports import Rejected, TerminalReport, Voided

from gateway.audit.outbox import OutboxRow, issuance_row
from gateway.issuances.life import State, transition
from gateway.issuances.moving import KeptReport, Move, event_of
from gateway.issuances.releasing import may_release
from gateway.issuances.rows import Issuance
from gateway.issuances.rules.reporting import Judgement, Reported, judge
from gateway.metering.rules import Transfer, on_completed, on_paid, on_voided
from gateway.parts import Gateway


def move_by_report(gateway: Gateway, issuance: Issuance, kept: KeptReport) -> Move:
    """Return the step that a report of the issuance's own terminal takes, or its keeping."""
    report = kept.report
    known = Reported(issuance.state, issuance.fee, issuance.pages, issuance.paid_at is not None)
    judgement = judge(known, report.body)
    if judgement.target is State.PAID and not may_release(gateway, issuance):
        # No go: the terminal refunds and voids. The report is evidence of what it holds.
        judgement = Judgement()
    data = {"report": report.body.event, "report_sequence": report.sequence}
    if judgement.target is None:
        return _keeping(gateway, issuance, kept, judgement, data)
    changes: dict[str, str] = {}
    if isinstance(report.body, Voided):
        changes = {"void_reason": report.body.reason.value, "money": report.body.money.value}
        data |= {"reason": report.body.reason.value, "money": report.body.money.value}
    event = event_of(
        issuance,
        judgement.target,
        source=gateway.settings.name,
        now=gateway.clock.now(),
        data=data | _digests(report),
    )
    return Move(
        issuance,
        event,
        judgement.target,
        transition(issuance.state, judgement.target, judgement.cause).guard,
        changes=changes,
        report=kept,
        transfers=_transfers(issuance, judgement.target, report),
        alarms=_alarms(gateway, issuance, judgement),
    )


def _keeping(
    gateway: Gateway,
    issuance: Issuance,
    kept: KeptReport,
    judgement: Judgement,
    data: dict[str, str | int],
) -> Move:
    told = {"state": issuance.state.value, "trace": current_trace_id()}
    event = issuance_row(
        source=gateway.settings.name,
        type=EventType.REPORT_KEPT,
        issuance=issuance.issuance_id,
        sequence=issuance.event_sequence + 1,
        moment=gateway.clock.now(),
        municipality=issuance.municipality,
        accepted_on=issuance.accepted_on,
        data=issuance.facts() | told | data | _digests(kept.report),
    )
    alarms = _alarms(gateway, issuance, judgement)
    return Move(issuance, event, issuance.state, report=kept, alarms=alarms)


def _digests(report: TerminalReport) -> dict[str, str]:
    # What the terminal says it saw, so that a re-check can tell who changed it.
    if not isinstance(report.body, Rejected):
        return {}
    return {
        "attestation_sha256": report.body.attestation_sha256,
        "ciphertext_sha256": report.body.ciphertext_sha256,
    }


def _alarms(gateway: Gateway, issuance: Issuance, judgement: Judgement) -> tuple[OutboxRow, ...]:
    if judgement.alarm is None:
        return ()
    return (gateway.trail.alarm_row(judgement.alarm, issuance.facts(), issuance.municipality),)


def _transfers(issuance: Issuance, target: State, report: TerminalReport) -> tuple[Transfer, ...]:
    sale = issuance.sale()
    if target is State.PAID:
        return on_paid(sale)
    if target is State.COMPLETED:
        return on_completed(sale)
    if target is State.VOIDED and isinstance(report.body, Voided):
        return on_voided(sale, report.body.money, deposited=issuance.paid_at is not None)
    return ()

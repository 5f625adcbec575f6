"""What a terminal's report does to an issuance: a plain function of both."""

from dataclasses import dataclass

from madoguchi_wire.reports import (
    CashCollected,
    CashCounted,
    Completed,
    Money,
    NotMine,
    Paid,
    PaperRefilled,
    Rejected,
    ReportBody,
    Voided,
)

from gateway.issuances.life import Cause, Guard, State, may_move, transition


@dataclass(frozen=True)
class Reported:
    """What the gateway knows of an issuance when a report about it comes."""

    state: State
    fee: int
    """Yen."""
    pages: int | None
    """As attested; None before it was prepared."""
    was_paid: bool
    """Whether a report *paid* had been accepted."""


@dataclass(frozen=True)
class Judgement:
    """Where the report takes the issuance; None keeps it as evidence only."""

    target: State | None = None
    cause: Cause = Cause.REPORT
    alarm: str | None = None
    """Stable name of an alarm that a person has to look at."""


def judge(known: Reported, body: ReportBody) -> Judgement:
    """Return what a report, whose signature held, does.

    In quarantine and after the end every report is evidence only.
    """
    match body:
        case Paid():
            return _paid(known, body)
        case Completed():
            return _completed(known, body)
        case Voided():
            return _voided(known, body)
        case Rejected():
            moves = may_move(known.state, State.QUARANTINED, Cause.MISMATCH)
            target = State.QUARANTINED if moves else None
            return Judgement(target, Cause.MISMATCH, "document_rejected")
        case NotMine():
            return Judgement(alarm="not_mine")
        case CashCounted() | CashCollected() | PaperRefilled():
            return Judgement()


def _paid(known: Reported, body: Paid) -> Judgement:
    if body.yen != known.fee:
        return Judgement(alarm="paid_another_amount")
    return _moving(known, State.PAID)


def _completed(known: Reported, body: Completed) -> Judgement:
    if known.state in (State.VOIDED, State.EXPIRED, State.REFUSED):
        return Judgement(alarm="report_contradicts_end")
    if known.state in (State.PAID, State.IN_DOUBT) and body.pages != known.pages:
        return Judgement(alarm="completed_with_other_pages")
    if known.state is State.DELIVERED or (known.state is State.IN_DOUBT and not known.was_paid):
        return Judgement(alarm="completed_without_go")
    return _moving(known, State.COMPLETED)


def _voided(known: Reported, body: Voided) -> Judgement:
    if known.state is State.COMPLETED:
        return Judgement(alarm="report_contradicts_end")
    judged = _moving(known, State.VOIDED)
    if body.money is Money.KEPT:
        # A person has to hand it back.
        return Judgement(judged.target, alarm="money_kept")
    if (
        known.fee > 0
        and known.was_paid
        and body.money is Money.NOT_TAKEN
        and judged.target is not None
    ):
        return Judgement(judged.target, alarm="paid_fee_not_taken")
    return judged


def _moving(known: Reported, target: State) -> Judgement:
    if not may_move(known.state, target, Cause.REPORT):
        return Judgement()
    if transition(known.state, target, Cause.REPORT).guard is Guard.WAS_PAID and not known.was_paid:
        return Judgement()
    return Judgement(target)

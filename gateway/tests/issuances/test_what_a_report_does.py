"""Every report in every state, against the few that move anything."""

from itertools import product

import pytest
from gateway.issuances.life import Cause, State
from gateway.issuances.rules.reporting import Judgement, Reported, judge
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
    VoidReason,
)

FEE, PAGES = 250, 2
REJECTED = Rejected(what="card", attestation_sha256="0" * 64, ciphertext_sha256="0" * 64)
VOIDED = Voided(reason=VoidReason.PRINT_FAILED, money=Money.REFUNDED)
BODIES: list[ReportBody] = [
    Paid(yen=FEE),
    Completed(pages=PAGES),
    VOIDED,
    REJECTED,
    NotMine(),
    CashCounted(yen=1),
    CashCollected(yen=1),
    PaperRefilled(sheets=500),
]
MOVES = {
    ("paid", State.DELIVERED, False): State.PAID,
    ("completed", State.PAID, True): State.COMPLETED,
    ("completed", State.IN_DOUBT, True): State.COMPLETED,
    ("voided", State.DELIVERED, False): State.VOIDED,
    ("voided", State.PAID, True): State.VOIDED,
    ("voided", State.IN_DOUBT, False): State.VOIDED,
    ("voided", State.IN_DOUBT, True): State.VOIDED,
    ("rejected", State.ACCEPTED, False): State.QUARANTINED,
    ("rejected", State.PREPARED, False): State.QUARANTINED,
    ("rejected", State.DELIVERED, False): State.QUARANTINED,
    ("rejected", State.PAID, True): State.QUARANTINED,
    ("rejected", State.IN_DOUBT, False): State.QUARANTINED,
    ("rejected", State.IN_DOUBT, True): State.QUARANTINED,
}
BEFORE_PAYMENT = {State.ACCEPTED, State.PREPARED, State.DELIVERED, State.REFUSED, State.EXPIRED}
ALWAYS_PAID = {State.PAID, State.COMPLETED}


def _known(state: State, *, was_paid: bool) -> Reported:
    return Reported(state, FEE, PAGES, was_paid)


def test_nothing_else_moves_anything() -> None:
    for body, state, was_paid in product(BODIES, State, (False, True)):
        if state in (BEFORE_PAYMENT if was_paid else ALWAYS_PAID):
            continue
        judged = judge(_known(state, was_paid=was_paid), body)
        assert judged.target == MOVES.get((body.event, state, was_paid)), (body.event, state)
        if judged.target is not None:
            expected = Cause.MISMATCH if body.event == "rejected" else Cause.REPORT
            assert judged.cause is expected


@pytest.mark.parametrize(
    ("body", "known", "alarm"),
    [
        (Paid(yen=FEE - 1), (State.DELIVERED, FEE, PAGES, False), "paid_another_amount"),
        (Completed(pages=3), (State.PAID, FEE, PAGES, True), "completed_with_other_pages"),
        (Completed(pages=PAGES), (State.DELIVERED, FEE, PAGES, False), "completed_without_go"),
        (Completed(pages=PAGES), (State.IN_DOUBT, FEE, PAGES, False), "completed_without_go"),
        (Completed(pages=PAGES), (State.VOIDED, FEE, PAGES, True), "report_contradicts_end"),
        (Completed(pages=PAGES), (State.EXPIRED, FEE, PAGES, False), "report_contradicts_end"),
        (Completed(pages=PAGES), (State.REFUSED, FEE, None, False), "report_contradicts_end"),
        (VOIDED, (State.COMPLETED, FEE, PAGES, True), "report_contradicts_end"),
        (NotMine(), (State.COMPLETED, FEE, PAGES, True), "not_mine"),
    ],
)
def test_what_cannot_be_is_kept_and_a_person_is_called(
    body: ReportBody, known: tuple[State, int, int | None, bool], alarm: str
) -> None:
    assert judge(Reported(*known), body) == Judgement(alarm=alarm)


def test_money_that_a_person_must_look_after_raises_an_alarm() -> None:
    kept = Voided(reason=VoidReason.RESTARTED, money=Money.KEPT)
    judged = judge(_known(State.PAID, was_paid=True), kept)
    assert (judged.target, judged.alarm) == (State.VOIDED, "money_kept")
    denied = Voided(reason=VoidReason.RESTARTED, money=Money.NOT_TAKEN)
    judged = judge(_known(State.PAID, was_paid=True), denied)
    assert (judged.target, judged.alarm) == (State.VOIDED, "paid_fee_not_taken")

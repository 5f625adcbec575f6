"""A report counts if the terminal that it names signed it, about what it can be about."""

from datetime import timedelta
from typing import Any

import pytest
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.reports import (
    CashCollected,
    CashCounted,
    Completed,
    Money,
    NotMine,
    Paid,
    PaperRefilled,
    Rejected,
    TerminalReport,
    Voided,
    VoidReason,
    verified_report,
)
from madoguchi_wire_testing.cast import (
    ENROLMENT,
    ICHIKAWA_KEY,
    KEYS,
    NOW,
    OTHER_TERMINAL,
    OTHER_TERMINAL_KEY,
    TERMINAL,
    TERMINAL_KEY,
    TOKEN_KEY,
)

DIGEST = "0" * 64
BODIES = [
    Paid(yen=250),
    Completed(pages=2),
    Voided(reason=VoidReason.PRINT_FAILED, money=Money.REFUNDED),
    Rejected(what="issuance", attestation_sha256=DIGEST, ciphertext_sha256=DIGEST),
    NotMine(),
]


def report(**changes: Any) -> TerminalReport:
    said: dict[str, Any] = {
        "terminal": TERMINAL,
        "sequence": 1,
        "issuance": "an issuance",
        "reported_at": NOW,
        "enrolment": ENROLMENT,
        "body": Paid(yen=250),
    }
    return TerminalReport.model_validate(said | changes)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.event)
def test_the_terminals_own_report_holds(body: Any) -> None:
    said = report(body=body)
    assert verified_report(said.signed_by(TERMINAL_KEY), KEYS, NOW) == said


@pytest.mark.parametrize(
    "body",
    [CashCounted(yen=12_340), CashCollected(yen=0), PaperRefilled(sheets=500)],
    ids=lambda body: body.event,
)
def test_what_is_of_the_machine_is_about_no_issuance(body: Any) -> None:
    said = report(issuance=None, body=body)
    assert verified_report(said.signed_by(TERMINAL_KEY), KEYS, NOW) == said
    with pytest.raises(SignatureRefused, match="names the issuance"):
        verified_report(report(body=body).signed_by(TERMINAL_KEY), KEYS, NOW)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.event)
def test_every_other_report_names_its_issuance(body: Any) -> None:
    said = report(issuance=None, body=body)
    with pytest.raises(SignatureRefused, match="names the issuance"):
        verified_report(said.signed_by(TERMINAL_KEY), KEYS, NOW)


@pytest.mark.parametrize(
    "key", [OTHER_TERMINAL_KEY, TOKEN_KEY, ICHIKAWA_KEY, SigningKey.generate()]
)
def test_no_other_key_reports_for_a_terminal(key: SigningKey) -> None:
    for forged in (key, SigningKey(key.private, TERMINAL_KEY.kid)):
        with pytest.raises(SignatureRefused):
            verified_report(report().signed_by(forged), KEYS, NOW)


def test_a_terminal_reports_for_itself_only() -> None:
    with pytest.raises(SignatureRefused, match="of another terminal"):
        verified_report(report(terminal=OTHER_TERMINAL).signed_by(TERMINAL_KEY), KEYS, NOW)


def test_a_terminal_whose_enrolment_is_over_reports_no_more() -> None:
    with pytest.raises(SignatureRefused, match="not valid at this time"):
        verified_report(report().signed_by(TERMINAL_KEY), KEYS, NOW + timedelta(days=31))


@pytest.mark.parametrize("token", ["", "a.b.c", "..", "x" * 100_000, "é.é.é"])
def test_what_is_no_report_is_refused(token: str) -> None:
    with pytest.raises(SignatureRefused):
        verified_report(token, KEYS, NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": 0},
        {"sequence": "1"},
        {"sequence": True},
        {"body": {"event": "paid", "yen": -1}},
        {"body": {"event": "paid", "yen": 250, "pages": 1}},
        {"body": {"event": "completed", "pages": 0}},
        {"body": {"event": "opened"}},
    ],
    ids=str,
)
def test_a_report_beyond_its_bounds_cannot_be_said(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="TerminalReport"):
        report(**changes)

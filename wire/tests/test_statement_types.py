"""Every kind of statement has its own type, so that a signature means one thing only."""

from datetime import UTC, datetime

import pytest
from madoguchi_wire.adapter_api import (
    HouseholdStatement,
    OutcomeStatement,
    PrepareStatement,
    WithheldStatement,
)
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.consent import AccountConsent, Consent
from madoguchi_wire.enrolling import EnrolmentAsked
from madoguchi_wire.enrolment import Enrolment
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import HouseholdRequest, Order
from madoguchi_wire.reports import NotMine, TerminalReport
from madoguchi_wire.session import SessionStatement, SignedSession
from madoguchi_wire.signed import Statement
from madoguchi_wire.stamps import Countersignature, Head, Stamp
from madoguchi_wire.trust_list import TrustList
from madoguchi_wire.withdrawn import WithdrawnList

KINDS: list[type[Statement]] = [
    AccountConsent,
    Attestation,
    Consent,
    Countersignature,
    Enrolment,
    EnrolmentAsked,
    Head,
    HouseholdRequest,
    HouseholdStatement,
    Order,
    OutcomeStatement,
    PrepareStatement,
    SessionStatement,
    SignedSession,
    Stamp,
    TerminalReport,
    TrustList,
    WithdrawnList,
    WithheldStatement,
]
KEY = SigningKey.generate()
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
_CHANGE = {
    "municipality": "122033",
    "replaces": "0" * 64,
    "digest": "1" * 64,
    "consented_at": MOMENT,
}
SAID: list[Statement] = [
    Consent.model_validate(_CHANGE),
    AccountConsent.model_validate(_CHANGE),
    TerminalReport(
        terminal="t", sequence=1, issuance="i", reported_at=MOMENT, enrolment="", body=NotMine()
    ),
    HouseholdRequest(session="0" * 64, nonce="A" * 22, requested_at=MOMENT),
    TrustList(
        version=1,
        environment="development",
        issued_at=MOMENT,
        expires_at=MOMENT,
        keys=(),
        builds=(),
    ),
]


def test_the_types_are_all_different() -> None:
    ours = {
        kind for kind in Statement.__subclasses__() if kind.__module__.startswith("madoguchi_wire")
    }
    assert ours == set(KINDS)
    assert len({kind.typ for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("said", SAID, ids=lambda said: type(said).__name__)
def test_a_statement_of_one_kind_never_verifies_as_another(
    said: Statement, kind: type[Statement]
) -> None:
    token = said.signed_by(KEY)
    if kind is type(said):
        assert kind.verified(token, KEY.private.public_key()) == said
        return
    with pytest.raises(SignatureRefused):
        kind.verified(token, KEY.private.public_key())

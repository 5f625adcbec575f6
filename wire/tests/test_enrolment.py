"""An enrolment says which keys are a terminal's; whoever judges needs the registrar's key only."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.enrolment import (
    LONGEST,
    MAXIMUM_CHARACTERS,
    Enrolment,
    Placed,
    verified_enrolment,
)
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet, SigningKey
from madoguchi_wire.reports import NotMine, TerminalReport, verified_report
from madoguchi_wire.session import SessionVerifier
from madoguchi_wire_testing.cast import (
    ENROLMENT,
    GATEWAY,
    ICHIKAWA,
    ICHIKAWA_KEY,
    KEYS,
    MILLISECOND,
    NOW,
    OTHER_TERMINAL,
    REGISTRAR,
    SESSIONS,
    TERMINAL,
    TERMINAL_KEY,
    TOKEN_KEY,
    session_statement,
    signed_by_card,
    trusted,
)

SINCE, UNTIL = NOW - timedelta(days=1), NOW + timedelta(days=30)
PLACED = Placed(terminal=TERMINAL, site="site", chain="chain")
SAID = Enrolment.of(PLACED, TERMINAL_KEY.public, TOKEN_KEY.public, SINCE, UNTIL)


def changed(**changes: object) -> str:
    return SAID.model_copy(update=changes).signed_by(REGISTRAR)


def judge_session(enrolment: str, keys: KeySet) -> None:
    signed = signed_by_card(session_statement()).model_copy(update={"enrolment": enrolment})
    SessionVerifier(GATEWAY, keys, SESSIONS.cards).verify(
        signed.signed_by(TERMINAL_KEY), ICHIKAWA, NOW
    )


def judge_report(enrolment: str, keys: KeySet) -> None:
    report = TerminalReport(
        terminal=TERMINAL,
        sequence=1,
        issuance="an issuance",
        reported_at=NOW,
        enrolment=enrolment,
        body=NotMine(),
    )
    verified_report(report.signed_by(TERMINAL_KEY), keys, NOW)


Judge = Callable[[str, KeySet], None]
JUDGES = [judge_session, judge_report]

NOT_OF_THE_TERMINAL = {
    "of another terminal": changed(terminal=OTHER_TERMINAL),
    "over": changed(not_after=NOW - MILLISECOND),
    "not yet": changed(not_before=NOW + MILLISECOND),
    "longer than any": changed(not_after=SINCE + LONGEST + MILLISECOND),
    "by nobody we know": SAID.signed_by(SigningKey.generate()),
    "by a stranger under the registrar's name": SAID.signed_by(
        SigningKey(SigningKey.generate().private, REGISTRAR.kid)
    ),
    "by a key of another purpose": SAID.signed_by(ICHIKAWA_KEY),
    "by the terminal itself": SAID.signed_by(TERMINAL_KEY),
    "keys swapped": changed(statement_key=TOKEN_KEY.public, token_key=TERMINAL_KEY.public),
    "another's key": changed(statement_key=SigningKey.generate().public),
    "one key for both": changed(token_key=TERMINAL_KEY.public),
    "no key": changed(token_key=to_base64url(b"no key")),
    "nothing": "",
    "no statement": "a.b.c",
    "not ASCII": "é.é.é",
    "without end": "x" * (MAXIMUM_CHARACTERS + 1),
}


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("name", NOT_OF_THE_TERMINAL)
def test_no_other_enrolment_speaks_for_a_terminal(name: str, judge: Judge) -> None:
    judge(SAID.signed_by(REGISTRAR), KEYS)
    with pytest.raises((SignatureRefused, ValueError)):
        judge(NOT_OF_THE_TERMINAL[name], KEYS)


@pytest.mark.parametrize("judge", JUDGES)
def test_a_withdrawn_one_counts_until_that_moment(judge: Judge) -> None:
    token = SAID.signed_by(REGISTRAR)
    judge(token, KEYS.without({SAID.enrolment: NOW + MILLISECOND, "another": SINCE}))
    with pytest.raises(SignatureRefused, match="withdrawn"):
        judge(token, KEYS.without({SAID.enrolment: NOW}))
    judge(token, KEYS)


def test_it_holds_from_its_first_to_its_last_moment_and_no_longer_than_its_registrars_key() -> None:
    token = SAID.signed_by(REGISTRAR)
    for at in (SINCE, NOW + timedelta(days=1)):
        assert verified_enrolment(token, KEYS, at) == SAID
    for at in (SINCE - MILLISECOND, NOW + timedelta(days=1) + MILLISECOND):
        with pytest.raises(SignatureRefused):
            verified_enrolment(token, KEYS, at)


def test_a_trust_list_that_names_a_terminals_keys_is_of_no_use_to_it() -> None:
    listed = KeySet(
        [
            trusted(TERMINAL_KEY, KeyPurpose.TERMINAL_STATEMENT, TERMINAL),
            trusted(REGISTRAR, KeyPurpose.ATTESTATION, ICHIKAWA),
        ]
    )
    for judge in JUDGES:
        with pytest.raises(SignatureRefused):
            judge(ENROLMENT, listed)


@pytest.mark.parametrize("test", [False, True])
def test_a_session_tells_whether_its_terminal_is_for_test_papers(*, test: bool) -> None:
    token = changed(test=test)
    signed = signed_by_card(session_statement()).model_copy(update={"enrolment": token})
    verifier = SessionVerifier(GATEWAY, KEYS, SESSIONS.cards)
    assert verifier.verify(signed.signed_by(TERMINAL_KEY), ICHIKAWA, NOW).test is test


def test_an_enrolment_spells_that_it_is_for_test_papers_only_if_it_is() -> None:
    assert b"test" not in SAID.canonical()
    assert b'"test":true' in SAID.model_copy(update={"test": True}).canonical()

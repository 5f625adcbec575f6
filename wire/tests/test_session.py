"""A session holds for one card, terminal, gateway and municipality, for its 5 minutes."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.card_certificates import CardVerifier
from madoguchi_wire.encoding import from_base64url, to_base64url
from madoguchi_wire.errors import (
    CardAuthorityUnknown,
    CardCertificateExpired,
    CardRefused,
    MadoguchiError,
    SessionExpired,
    SessionOfAnotherMunicipality,
    SessionOfAnotherTerminal,
    SessionRefused,
    SignatureRefused,
)
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.session import CLOCK_TOLERANCE, SESSION_LIFETIME, SessionVerifier
from madoguchi_wire.signed import token_digest
from madoguchi_wire_testing.cast import (
    AUTHORITY,
    CARD,
    GATEWAY,
    ICHIKAWA,
    ICHIKAWA_KEY,
    KEYS,
    MILLISECOND,
    NOW,
    OTHER_TERMINAL,
    OTHER_TERMINAL_KEY,
    SESSIONS,
    SHIBUYA,
    TERMINAL_KEY,
    TOKEN_KEY,
    session_statement,
    session_token,
    signed_by_card,
)

SIGNED = signed_by_card(session_statement())
TOKEN = SIGNED.signed_by(TERMINAL_KEY)


def refused(
    token: str, error: type[MadoguchiError], *, verifier: SessionVerifier = SESSIONS
) -> None:
    with pytest.raises(error) as raised:
        verifier.verify(token, ICHIKAWA, NOW)
    assert type(raised.value) is error


def test_a_session_that_card_and_terminal_signed_holds_and_says_whose_it_is() -> None:
    session = SESSIONS.verify(TOKEN, ICHIKAWA, NOW)
    assert session.statement == session_statement()
    assert session.certificate_der == CARD.certificate
    assert session.identity.authority == AUTHORITY.name
    assert session.identity.serial == f"{CARD.serial:x}"
    assert session.digest == token_digest(TOKEN)


CHANGES: dict[str, Any] = {
    "gateway": "other.test",
    "terminal": OTHER_TERMINAL,
    "municipality": SHIBUYA,
    "signing_key": SigningKey.generate().public,
    "sealing_key": to_base64url(bytes(32)),
    "sealing_suite": "HPKE-MLKEM768-X25519-HKDF-SHA256-AES-256-GCM",
    "challenge": "another",
    "beacon": "another",
    "opened_at": NOW + MILLISECOND,
}


def test_every_field_that_can_be_another_is_tried() -> None:
    fixed = {"purpose", "signature_suite"}
    assert {*CHANGES, *fixed} == set(session_statement().model_fields_set | fixed)


@pytest.mark.parametrize("field", CHANGES)
def test_what_the_card_did_not_sign_is_refused_even_from_its_terminal(field: str) -> None:
    """A terminal that lies about what the card signed."""
    changed = session_statement(**{field: CHANGES[field]})
    said = SIGNED.model_copy(update={"statement": changed})
    key = OTHER_TERMINAL_KEY if field == "terminal" else TERMINAL_KEY
    sooner = {"gateway": SessionOfAnotherTerminal, "municipality": SessionOfAnotherMunicipality}
    refused(said.signed_by(key), sooner.get(field, CardRefused))


def test_a_session_for_another_gateway_or_municipality_is_refused_though_signed() -> None:
    refused(session_token(gateway="other.test"), SessionOfAnotherTerminal)
    refused(session_token(municipality=SHIBUYA), SessionOfAnotherMunicipality)
    refused(session_token(gateway=GATEWAY + " "), SessionOfAnotherTerminal)


@pytest.mark.parametrize(
    "key", [OTHER_TERMINAL_KEY, TOKEN_KEY, ICHIKAWA_KEY, SigningKey.generate()]
)
def test_only_the_terminals_own_statement_key_countersigns(key: SigningKey) -> None:
    refused(SIGNED.signed_by(key), SignatureRefused)
    refused(SIGNED.signed_by(SigningKey(key.private, TERMINAL_KEY.kid)), SignatureRefused)


def test_a_session_taken_over_by_another_terminal_is_refused() -> None:
    taken = SIGNED.model_copy(update={"statement": session_statement(terminal=OTHER_TERMINAL)})
    refused(taken.signed_by(OTHER_TERMINAL_KEY), CardRefused)


@given(st.integers(0, len(TOKEN) - 1), st.integers(1, 127))
def test_any_changed_character_is_refused(place: int, change: int) -> None:
    changed = TOKEN[:place] + chr(ord(TOKEN[place]) ^ change) + TOKEN[place + 1 :]
    refused(changed, SignatureRefused)


@given(st.binary(max_size=120), st.sampled_from(["card_certificate", "card_signature"]))
def test_other_bytes_of_the_card_are_refused(data: bytes, field: str) -> None:
    forged = SIGNED.model_copy(update={field: to_base64url(data)})
    refused(forged.signed_by(TERMINAL_KEY), CardRefused)


@given(st.data())
def test_a_damaged_card_signature_is_refused(data: st.DataObject) -> None:
    octets = from_base64url(SIGNED.card_signature)
    place = data.draw(st.integers(0, len(octets) - 1))
    damaged = octets[:place] + bytes([octets[place] ^ data.draw(st.integers(1, 255))])
    field = {"card_signature": to_base64url(damaged + octets[place + 1 :])}
    refused(SIGNED.model_copy(update=field).signed_by(TERMINAL_KEY), CardRefused)


def test_the_certificate_of_another_card_of_the_same_authority_is_refused() -> None:
    other = to_base64url(AUTHORITY.issue(NOW).certificate)
    swapped = SIGNED.model_copy(update={"card_certificate": other})
    refused(swapped.signed_by(TERMINAL_KEY), CardRefused)


def test_the_bare_statement_without_its_domain_is_not_what_the_card_signs() -> None:
    bare = to_base64url(CARD.sign(SIGNED.statement.canonical(), CARD.pin))
    forged = SIGNED.model_copy(update={"card_signature": bare})
    refused(forged.signed_by(TERMINAL_KEY), CardRefused)


def test_a_session_holds_from_a_little_before_to_five_minutes_after() -> None:
    for late in (-CLOCK_TOLERANCE, timedelta(0), SESSION_LIFETIME):
        SESSIONS.verify(TOKEN, ICHIKAWA, NOW + late)
    with pytest.raises(SessionRefused):
        SESSIONS.verify(TOKEN, ICHIKAWA, NOW - CLOCK_TOLERANCE - MILLISECOND)
    with pytest.raises(SessionExpired):
        SESSIONS.verify(TOKEN, ICHIKAWA, NOW + SESSION_LIFETIME + MILLISECOND)


def test_cards_are_judged_by_the_verifiers_own_authorities_and_time() -> None:
    refused(TOKEN, CardAuthorityUnknown, verifier=SessionVerifier(GATEWAY, KEYS, CardVerifier([])))
    expired = AUTHORITY.issue(NOW, lifetime=timedelta(seconds=-1))
    statement = session_statement()
    said = SIGNED.model_copy(
        update={
            "card_certificate": to_base64url(expired.certificate),
            "card_signature": to_base64url(expired.sign(statement.message(), expired.pin)),
        }
    )
    refused(said.signed_by(TERMINAL_KEY), CardCertificateExpired)

"""A session holds for one card, terminal, gateway and municipality, for its 5 minutes."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
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
from madoguchi_wire.sealing import SealingSuite
from madoguchi_wire.session import (
    CLOCK_TOLERANCE,
    SESSION_LIFETIME,
    SessionVerifier,
    check_session_keys,
)
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
    OPENING_KEY,
    OTHER_ENROLMENT,
    OTHER_TERMINAL,
    OTHER_TERMINAL_KEY,
    SESSION_KEY,
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
    if field == "terminal":
        said = said.model_copy(update={"enrolment": OTHER_ENROLMENT})
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
    statement = session_statement(terminal=OTHER_TERMINAL)
    taken = SIGNED.model_copy(update={"statement": statement, "enrolment": OTHER_ENROLMENT})
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


COMPRESSED = SESSION_KEY.private.public_key().public_bytes(
    Encoding.X962, PublicFormat.CompressedPoint
)
ENVELOPE = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")
"""SubjectPublicKeyInfo of P-256, up to a point of 33 bytes."""
UNUSABLE: dict[str, dict[str, Any]] = {
    "no signing key": {"signing_key": ""},
    "a compressed point": {"signing_key": to_base64url(COMPRESSED)},
    "a compressed point in its envelope": {"signing_key": to_base64url(ENVELOPE + COMPRESSED)},
    "a key of another curve": {
        "signing_key": to_base64url(
            ec.generate_private_key(ec.SECP384R1())
            .public_key()
            .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        )
    },
    "a point that is not on the curve": {
        "signing_key": to_base64url(from_base64url(SESSION_KEY.public)[:-1] + b"\0")
    },
    "a key with bytes behind it": {
        "signing_key": to_base64url(from_base64url(SESSION_KEY.public) + b"\0")
    },
    "no sealing key": {"sealing_key": ""},
    "a sealing key that is too short": {"sealing_key": to_base64url(OPENING_KEY.public[:-1])},
    "a sealing key of small order": {"sealing_key": to_base64url(bytes(32))},
    "a sealing key in another spelling": {"sealing_key": to_base64url(b"\xff" * 32)},
    "a sealing key of another suite": {"sealing_suite": SealingSuite.MLKEM768_X25519},
}


@pytest.mark.parametrize("changes", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_one_time_keys_that_cannot_be_used_are_refused(changes: dict[str, Any]) -> None:
    check_session_keys(session_statement())
    with pytest.raises(SessionRefused):
        check_session_keys(session_statement(**changes))

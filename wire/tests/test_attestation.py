"""An attestation says exactly what was asked, or is refused by the name of what differs."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.attestation import (
    MAXIMUM_LIFETIME,
    Attestation,
    Expected,
    card_commitment,
    check_ciphertext,
    new_card_commitment,
    verified_attestation,
)
from madoguchi_wire.encoding import from_base64url, sha256_hex
from madoguchi_wire.errors import AttestationRefused
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Kind
from madoguchi_wire.session import CLOCK_TOLERANCE
from madoguchi_wire_testing.cast import (
    CARD,
    ICHIKAWA,
    ICHIKAWA_KEY,
    KEYS,
    MILLISECOND,
    NOW,
    SHIBUYA,
    SHIBUYA_KEY,
    TERMINAL_KEY,
)

SEALED = b"sealed"
SALT, COMMITMENT = new_card_commitment(CARD.certificate)
SAID = Attestation(
    issuance="an issuance",
    order=sha256_hex(b"order"),
    session=sha256_hex(b"session"),
    copy_number=1,
    card_salt=SALT,
    card_commitment=COMMITMENT,
    municipality=ICHIKAWA,
    kind=Kind.RESIDENT_RECORD,
    certificate_number="202611230001",
    pages=1,
    document_sha256=sha256_hex(b"document"),
    ciphertext_sha256=sha256_hex(SEALED),
    records_version="7",
    build="build-1",
    templates=sha256_hex(b"templates"),
    fonts=sha256_hex(b"fonts"),
    test=False,
    issued_at=NOW,
    expires_at=NOW + timedelta(minutes=5),
)
EXPECTED = Expected(
    issuance=SAID.issuance,
    order=SAID.order,
    session=SAID.session,
    copy_number=1,
    municipality=ICHIKAWA,
    kind=Kind.RESIDENT_RECORD,
    card_certificate=CARD.certificate,
    allowed_builds=frozenset({"build-1"}),
    asked_at=NOW,
)


def refusal(attestation: Attestation, key: SigningKey = ICHIKAWA_KEY) -> str:
    with pytest.raises(AttestationRefused) as raised:
        verified_attestation(attestation.signed_by(key), KEYS, EXPECTED, NOW)
    return str(raised.value)


def test_what_was_asked_holds() -> None:
    token = SAID.signed_by(ICHIKAWA_KEY)
    assert verified_attestation(token, KEYS, EXPECTED, NOW) == SAID


OTHERS: dict[str, tuple[Any, str]] = {
    "issuance": ("another issuance", "issuance"),
    "order": (sha256_hex(b"another"), "order"),
    "session": (sha256_hex(b"another"), "session"),
    "copy_number": (2, "copy_number"),
    "card_salt": ("AAAA", "card"),
    "card_commitment": (sha256_hex(b"another"), "card"),
    "municipality": (SHIBUYA, "municipality"),
    "kind": (Kind.SEAL_REGISTRATION, "kind"),
    "build": ("build-2", "build"),
    "test": (True, "test"),
    "issued_at": (NOW + timedelta(minutes=5), "issued_at"),
    "expires_at": (NOW - MILLISECOND, "expires_at"),
}
OF_THE_CITY = {
    "version",
    "certificate_number",
    "pages",
    "document_sha256",
    "ciphertext_sha256",
    "records_version",
    "templates",
    "fonts",
}
"""What only the municipality knows; the sealed bytes and the terminal's own checks hold them."""


def test_every_field_is_compared_or_known_to_the_city_alone() -> None:
    assert set(Attestation.model_fields) == OTHERS.keys() | OF_THE_CITY


@pytest.mark.parametrize("field", OTHERS)
def test_each_field_that_differs_is_named_and_never_its_value(field: str) -> None:
    value, named = OTHERS[field]
    words = refusal(SAID.model_copy(update={field: value}))
    assert words == f"The attestation differs from what was asked: {named}."
    assert str(value) not in words or value is True


@pytest.mark.parametrize(
    "asked",
    [
        replace(EXPECTED, card_certificate=CARD.certificate + b"\0"),
        replace(EXPECTED, allowed_builds=frozenset()),
        replace(EXPECTED, test=True),
        replace(EXPECTED, copy_number=2),
    ],
)
def test_who_asked_for_something_else_refuses(asked: Expected) -> None:
    with pytest.raises(AttestationRefused):
        verified_attestation(SAID.signed_by(ICHIKAWA_KEY), KEYS, asked, NOW)


@pytest.mark.parametrize("key", [SHIBUYA_KEY, TERMINAL_KEY, SigningKey.generate()])
def test_only_the_municipality_attests(key: SigningKey) -> None:
    assert "does not verify" in refusal(SAID, key)
    assert "does not verify" in refusal(SAID, SigningKey(key.private, ICHIKAWA_KEY.kid))


@given(st.data())
def test_any_changed_character_is_refused(data: st.DataObject) -> None:
    token = SAID.signed_by(ICHIKAWA_KEY)
    place = data.draw(st.integers(0, len(token) - 1))
    change = data.draw(st.integers(1, 127))
    changed = token[:place] + chr(ord(token[place]) ^ change) + token[place + 1 :]
    with pytest.raises(AttestationRefused):
        verified_attestation(changed, KEYS, EXPECTED, NOW)


def test_an_attestation_holds_until_it_expires() -> None:
    token = SAID.signed_by(ICHIKAWA_KEY)
    verified_attestation(token, KEYS, EXPECTED, SAID.expires_at - MILLISECOND)
    for late in (timedelta(0), MILLISECOND):
        with pytest.raises(AttestationRefused, match="expires_at"):
            verified_attestation(token, KEYS, EXPECTED, SAID.expires_at + late)


@pytest.mark.parametrize(
    ("issued", "lifetime", "named"),
    [
        (-CLOCK_TOLERANCE, MAXIMUM_LIFETIME, None),
        (-CLOCK_TOLERANCE - MILLISECOND, MAXIMUM_LIFETIME, "issued_at"),
        (-timedelta(days=400), timedelta(days=4000), "issued_at"),
        (CLOCK_TOLERANCE, MAXIMUM_LIFETIME, None),
        (CLOCK_TOLERANCE + MILLISECOND, MAXIMUM_LIFETIME, "issued_at"),
        (timedelta(days=1), MAXIMUM_LIFETIME, "issued_at"),
        (timedelta(0), MAXIMUM_LIFETIME + MILLISECOND, "expires_at"),
        (timedelta(0), timedelta(days=4000), "expires_at"),
    ],
)
def test_an_attestation_is_made_between_the_order_and_now_for_some_minutes(
    issued: timedelta, lifetime: timedelta, named: str | None
) -> None:
    issued_at = NOW + issued
    said = SAID.model_copy(update={"issued_at": issued_at, "expires_at": issued_at + lifetime})
    if named is None:
        verified_attestation(said.signed_by(ICHIKAWA_KEY), KEYS, EXPECTED, NOW)
    else:
        assert refusal(said) == f"The attestation differs from what was asked: {named}."


@pytest.mark.parametrize(
    ("changes", "proven"),
    [
        ({"session": sha256_hex(b"another")}, True),
        ({"issuance": "another", "session": sha256_hex(b"another")}, False),
        ({"issued_at": NOW + timedelta(days=1)}, False),
        ({"expires_at": NOW}, False),
    ],
)
def test_only_what_was_said_about_this_issuance_is_proven_and_a_clock_proves_nothing(
    changes: dict[str, object], *, proven: bool
) -> None:
    token = SAID.model_copy(update=changes).signed_by(ICHIKAWA_KEY)
    with pytest.raises(AttestationRefused) as raised:
        verified_attestation(token, KEYS, EXPECTED, NOW)
    assert raised.value.proven is proven


def test_other_sealed_bytes_are_refused() -> None:
    check_ciphertext(SAID, SEALED)
    for other in (b"", SEALED + b"\0", SEALED[:-1]):
        with pytest.raises(AttestationRefused, match="sealed document"):
            check_ciphertext(SAID, other)


@given(st.binary(min_size=1, max_size=60))
def test_a_commitment_is_fresh_each_time_and_binds_the_certificate(certificate: bytes) -> None:
    salt, commitment = new_card_commitment(certificate)
    assert card_commitment(from_base64url(salt), certificate) == commitment
    assert card_commitment(from_base64url(salt), certificate[:-1]) != commitment
    assert new_card_commitment(certificate) != (salt, commitment)

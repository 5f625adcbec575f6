"""Keys: read in one form, found by kid, for one purpose and owner, at a moment."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import (
    KeyPurpose,
    KeySet,
    SigningKey,
    TrustedKey,
    key_id,
    load_public_key,
    public_bytes,
)

KEY = SigningKey.generate()
START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 12, 31, tzinfo=UTC)
TRUSTED = TrustedKey(
    kid=KEY.kid,
    purpose=KeyPurpose.ATTESTATION,
    owner="122033",
    public_key=KEY.public,
    not_before=START,
    not_after=END,
)
KEYS = KeySet([TRUSTED])
MILLISECOND = timedelta(milliseconds=1)


def test_a_key_is_found_for_its_purpose_and_owner_within_its_validity() -> None:
    for at in (START, END):
        found, public = KEYS.find(KEY.kid, KeyPurpose.ATTESTATION, at, owner="122033")
        assert found == TRUSTED
        assert public_bytes(public) == public_bytes(KEY.private.public_key())
    assert KEYS.find(KEY.kid, KeyPurpose.ATTESTATION, START)[0] == TRUSTED


@pytest.mark.parametrize("purpose", [p for p in KeyPurpose if p is not KeyPurpose.ATTESTATION])
def test_a_key_of_one_purpose_serves_no_other(purpose: KeyPurpose) -> None:
    with pytest.raises(SignatureRefused, match="not meant for this"):
        KEYS.find(KEY.kid, purpose, START)


@pytest.mark.parametrize(
    ("kid", "owner", "at"),
    [
        (SigningKey.generate().kid, "122033", START),
        ("", "122033", START),
        (KEY.kid, "131130", START),
        (KEY.kid, "", START),
        (KEY.kid, "122033", START - MILLISECOND),
        (KEY.kid, "122033", END + MILLISECOND),
    ],
    ids=["unknown", "nameless", "foreign", "nobody's", "early", "late"],
)
def test_unknown_foreign_early_and_late_keys_are_refused(
    kid: str, owner: str, at: datetime
) -> None:
    with pytest.raises(SignatureRefused):
        KEYS.find(kid, KeyPurpose.ATTESTATION, at, owner=owner)


def test_a_saved_key_is_read_again_and_only_by_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    KEY.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.load(path).public == KEY.public
    assert SigningKey.load(path).kid == KEY.kid == key_id(load_public_key(KEY.public))


@pytest.mark.parametrize(
    "private", [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()]
)
def test_a_key_of_another_kind_is_refused(
    private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, tmp_path: Path
) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with pytest.raises(ValueError, match=r"key\.pem holds no P-256"):
        SigningKey.load(path)
    der = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with pytest.raises(SignatureRefused, match="P-256"):
        load_public_key(to_base64url(der))


@given(st.binary(max_size=120) | st.integers(0, 90).map(lambda n: bytes.fromhex("3059") + bytes(n)))
def test_bytes_that_are_no_key_are_refused(data: bytes) -> None:
    with pytest.raises(SignatureRefused):
        load_public_key(to_base64url(data))


@given(st.integers(0, 90), st.integers(1, 255))
def test_a_damaged_key_is_refused_or_another_key(place: int, change: int) -> None:
    der = public_bytes(KEY.private.public_key())
    damaged = der[:place] + bytes([der[place] ^ change]) + der[place + 1 :]
    try:
        found = load_public_key(to_base64url(damaged))
    except SignatureRefused:
        return
    assert key_id(found) != KEY.kid

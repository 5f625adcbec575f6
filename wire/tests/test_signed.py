"""Signed statements: one key, one type, one spelling; all else is refused in one way."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import from_base64url, to_base64url
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import SigningKey, public_bytes
from madoguchi_wire.signed import MAXIMUM_TOKEN_CHARACTERS, Statement, unverified_payload


class Example(Statement):
    typ: ClassVar[str] = "madoguchi-example+jws"

    name: str
    number: int
    at: Instant


class Other(Example):
    typ: ClassVar[str] = "madoguchi-other+jws"


KEY = SigningKey.generate()
PUBLIC = KEY.private.public_key()
SAID = Example(name="市川", number=1, at=datetime(2026, 11, 23, tzinfo=UTC))
TOKEN = SAID.signed_by(KEY)
HEADER = {"alg": "ES256", "typ": Example.typ, "kid": KEY.kid}
PAYLOAD = SAID.canonical()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256."""


def forged(header: Any, payload: bytes = PAYLOAD, key: SigningKey = KEY) -> str:
    """Return a token that is signed well, whatever its header and payload say."""
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    signing = f"{to_base64url(head)}.{to_base64url(payload)}"
    r, s = decode_dss_signature(key.private.sign(signing.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signing}.{to_base64url(r.to_bytes(32) + min(s, ORDER - s).to_bytes(32))}"


def refused(token: str) -> None:
    # What is read before a signature is verified may pass, and fails in no other way.
    with suppress(SignatureRefused):
        Example.kid_of(token)
    with suppress(SignatureRefused):
        Example.parsed(unverified_payload(token))
    with pytest.raises(SignatureRefused):
        Example.verified(token, PUBLIC)


def test_what_the_key_signed_holds() -> None:
    assert Example.verified(TOKEN, PUBLIC) == SAID
    assert Example.verified(forged(HEADER), PUBLIC) == SAID
    assert Example.kid_of(TOKEN) == KEY.kid


@settings(max_examples=300)
@given(st.integers(0, len(TOKEN) - 1), st.integers(1, 255))
def test_any_changed_character_is_refused(place: int, change: int) -> None:
    changed = chr(ord(TOKEN[place]) ^ change)
    refused(TOKEN[:place] + changed + TOKEN[place + 1 :])


@given(st.integers(0, len(TOKEN) - 1), st.text(max_size=8))
def test_anything_cut_out_or_put_in_is_refused(place: int, added: str) -> None:
    refused(TOKEN[:place] + added + TOKEN[place + len(added) + 1 :])


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: f"{data!r}.{data!r}.x"))
def test_anything_that_is_no_token_is_refused(text: str) -> None:
    refused(text)


@given(st.binary(max_size=200))
def test_any_signed_payload_that_is_not_the_statement_is_refused(payload: bytes) -> None:
    refused(forged(HEADER, payload))


JWK = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}
HEADERS: dict[str, Any] = {
    "no algorithm": {**HEADER, "alg": "none"},
    "no algorithm, other case": {**HEADER, "alg": "None"},
    "RS256": {**HEADER, "alg": "RS256"},
    "ES384": {**HEADER, "alg": "ES384"},
    "alg is a list": {**HEADER, "alg": ["ES256"]},
    "alg is null": {**HEADER, "alg": None},
    "no alg": {"typ": Example.typ, "kid": KEY.kid},
    "embedded key": {**HEADER, "jwk": JWK},
    "address of a key": {**HEADER, "jku": "http://127.0.0.1/keys"},
    "address of a certificate": {**HEADER, "x5u": "http://127.0.0.1/certificate"},
    "certificate": {**HEADER, "x5c": ["AA"]},
    "critical extension": {**HEADER, "crit": ["b64"], "b64": False},
    "unencoded payload": {**HEADER, "b64": False},
    "extra header": {**HEADER, "extra": 1},
    "no kid": {"alg": "ES256", "typ": Example.typ},
    "kid is a number": {**HEADER, "kid": 1},
    "kid is an object": {**HEADER, "kid": {"a": "b"}},
    "no typ": {"alg": "ES256", "kid": KEY.kid},
    "other typ": {**HEADER, "typ": Other.typ},
    "other case of the typ": {**HEADER, "typ": Example.typ.upper()},
    "a list": [1],
    "a text": "ES256",
    "null": None,
    "not JSON": b"{",
    "not UTF-8": b"\xff\xfe",
    "nothing": b"",
    "deeply nested": b"[" * 20_000,
    "deeply nested object": b'{"a":' * 8_000,
    "a number without end": b"9" * 6_000,
    "lone surrogate": b'{"alg":"ES256","typ":"madoguchi-example+jws","kid":"\\ud800","x":1}',
    "path for a kid": {**HEADER, "kid": "../../../../etc/passwd", "jwk": JWK},
    "a name twice": json.dumps(HEADER).replace("{", '{"alg":"none",', 1).encode(),
    "a name twice, alike": json.dumps(HEADER).replace("{", '{"alg":"ES256",', 1).encode(),
    "a name twice, once escaped": json.dumps(HEADER).replace("{", '{"\\u0061lg":"x",', 1).encode(),
    "byte order mark": b"\xef\xbb\xbf" + json.dumps(HEADER).encode(),
    "UTF-16": json.dumps(HEADER).encode("utf-16"),
    "not a number": json.dumps({**HEADER, "crit": float("nan")}).encode(),
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_any_other_header_is_refused(header: Any) -> None:
    refused(forged(header))


def test_an_unsigned_token_is_refused() -> None:
    head = to_base64url(json.dumps({**HEADER, "alg": "none"}).encode())
    for signature in ("", "AA", TOKEN.split(".")[2]):
        refused(f"{head}.{TOKEN.split('.')[1]}.{signature}")
        refused(f"{TOKEN.rsplit('.', 1)[0]}.{signature if signature != '' else 'AA'}x")


@pytest.mark.parametrize("alg", ["HS256", "ES256"])
def test_the_public_key_is_no_secret_to_sign_with(alg: str) -> None:
    for secret in (public_bytes(PUBLIC), KEY.public.encode(), KEY.kid.encode()):
        signing = (
            f"{to_base64url(json.dumps({**HEADER, 'alg': alg}).encode())}.{TOKEN.split('.')[1]}"
        )
        mac = hmac.new(secret, signing.encode(), hashlib.sha256).digest()
        refused(f"{signing}.{to_base64url(mac)}")
        refused(f"{signing}.{to_base64url(mac + mac)}")


def test_another_key_and_another_curve_are_refused() -> None:
    refused(SAID.signed_by(SigningKey.generate()))
    for curve in (ec.SECP384R1(), ec.SECP521R1(), ec.SECP256K1()):
        with pytest.raises(SignatureRefused):
            Example.verified(TOKEN, ec.generate_private_key(curve).public_key())


def test_a_signature_of_another_form_is_refused() -> None:
    signing = TOKEN.rsplit(".", 1)[0]
    der = KEY.private.sign(signing.encode(), ec.ECDSA(hashes.SHA256()))
    for signature in (der, b"\0" * 64, b"\xff" * 64, b"\0" * 63, b"\0" * 65, b""):
        refused(f"{signing}.{to_base64url(signature)}")


@given(st.text(max_size=20))
def test_the_other_signature_that_anybody_can_make_of_one_is_refused(name: str) -> None:
    said = SAID.model_copy(update={"name": name})
    token = said.signed_by(KEY)
    signing, _, signature = token.rpartition(".")
    r, s = from_base64url(signature)[:32], int.from_bytes(from_base64url(signature)[32:])
    assert s <= ORDER // 2
    assert Example.verified(token, PUBLIC) == said
    other = (ORDER - s).to_bytes(32)
    # It is as good a signature as the first, which is why it must not count.
    r_and_s = encode_dss_signature(int.from_bytes(r), ORDER - s)
    PUBLIC.verify(r_and_s, signing.encode(), ec.ECDSA(hashes.SHA256()))
    refused(f"{signing}.{to_base64url(r + other)}")


def test_a_statement_of_one_type_never_verifies_as_another() -> None:
    with pytest.raises(SignatureRefused):
        Other.verified(TOKEN, PUBLIC)
    with pytest.raises(SignatureRefused):
        Other.kid_of(TOKEN)


def spelled(change: Callable[[str], str]) -> bytes:
    return change(PAYLOAD.decode()).encode()


PAYLOADS = {
    "a space": spelled(lambda text: text.replace(":1", ": 1")),
    "a new line at the end": PAYLOAD + b"\n",
    "a byte order mark": b"\xef\xbb\xbf" + PAYLOAD,
    "other order of keys": json.dumps(json.loads(PAYLOAD), ensure_ascii=False).encode(),
    "escaped text": json.dumps(json.loads(PAYLOAD), separators=(",", ":"), sort_keys=True).encode(),
    "an escaped letter of a key": spelled(lambda text: text.replace('"name"', '"n\\u0061me"')),
    "1.0 for 1": spelled(lambda text: text.replace(":1}", ":1.0}")),
    "1e0 for 1": spelled(lambda text: text.replace(":1}", ":1e0}")),
    "text for a number": spelled(lambda text: text.replace(":1}", ':"1"}')),
    "true for a number": spelled(lambda text: text.replace(":1}", ":true}")),
    "other spelling of a moment": spelled(lambda text: text.replace(".000Z", "Z")),
    "other zone of a moment": spelled(lambda text: text.replace(".000Z", ".000+00:00")),
    "microseconds": spelled(lambda text: text.replace(".000Z", ".000001Z")),
    "seconds for a moment": spelled(
        lambda text: text.replace('"2026-11-23T00:00:00.000Z"', "1795392000")
    ),
    "a key twice": spelled(lambda text: text.replace("{", '{"number":1,', 1)),
    "a key twice, other values": spelled(lambda text: text.replace("{", '{"number":2,', 1)),
    "an unknown key": spelled(lambda text: text.replace("{", '{"a":1,', 1)),
    "a missing key": spelled(lambda text: text.replace(',"number":1', "")),
    "lone surrogate": spelled(lambda text: text.replace("市川", "\\ud800")),
    "lone surrogate in a key": spelled(lambda text: text.replace('"name"', '"\\udc00"')),
    "not a number": spelled(lambda text: text.replace(":1}", ":NaN}")),
    "a number without end": spelled(lambda text: text.replace(":1}", f":{'9' * 6000}}}")),
    "a year without end": spelled(lambda text: text.replace("2026-", "99999-")),
    "the edge of time": spelled(
        lambda text: text.replace("2026-11-23T00:00:00.000Z", "0001-01-01T00:00:00.000+14:00")
    ),
    "deep nesting": b'{"name":' + b"[" * 20_000,
    "deep nesting, closed": b"[" * 9_000 + b"]" * 9_000,
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "not UTF-8": PAYLOAD.replace("市".encode(), b"\xff"),
}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_any_other_spelling_of_the_payload_is_refused(payload: bytes) -> None:
    assert payload != PAYLOAD
    refused(forged(HEADER, payload))


def test_base64_with_padding_or_unused_bits_is_refused() -> None:
    header, payload, signature = TOKEN.split(".")
    for text in (header, payload, signature):
        padded = base64.urlsafe_b64encode(base64.urlsafe_b64decode(text + "==")).decode()
        variants = {padded + "=", text + "\n", " " + text, text + "A" * 4}
        variants |= {
            text[:-1] + other for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if other != text[-1]
        }
        for variant in variants - {text}:
            refused(TOKEN.replace(text, variant))


@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize("added", ["=", "==", "===", "====", "A", "\n"])
def test_no_part_has_a_second_spelling(part: int, added: str) -> None:
    parts = TOKEN.split(".")
    parts[part] += added
    refused(".".join(parts))


def test_a_token_beyond_the_limit_is_refused_before_it_is_read() -> None:
    long = SAID.model_copy(update={"name": "x" * MAXIMUM_TOKEN_CHARACTERS})
    refused(long.signed_by(KEY))
    refused("." * 1_000_000)


def test_the_spelling_is_the_same_on_every_machine() -> None:
    spelling = '{"at":"2026-11-23T00:00:00.000Z","name":"市川","number":1}'
    assert spelling.encode() == PAYLOAD

import hmac
import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from madoguchi_wire.adapter_api import OutcomeStatement
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.encoding import canonical_json, to_base64url
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import SigningKey, public_bytes
from madoguchi_wire.order import HouseholdRequest
from madoguchi_wire.reports import CashCounted, Paid, TerminalReport
from madoguchi_wire.signed import Statement, unverified_payload

KEY = SigningKey.generate()
PUBLIC = KEY.private.public_key()
REPORT = TerminalReport(
    terminal="t-1",
    sequence=7,
    issuance="i-1",
    reported_at=datetime(2026, 11, 23, 1, 2, 3, 4000, UTC),
    body=Paid(yen=250),
)
TOKEN = REPORT.signed_by(KEY)


def token(payload: bytes, **header: Any) -> str:
    """A token that our key really signed, over any payload and header."""
    told = {"typ": TerminalReport.typ, "kid": KEY.kid} | header
    return jwt.PyJWS().encode(payload, KEY.private, algorithm="ES256", headers=told)


def test_what_was_signed_is_read() -> None:
    assert TerminalReport.verified(TOKEN, PUBLIC) == REPORT


@given(st.integers(0, len(TOKEN) - 1), st.characters())
@settings(max_examples=300)
def test_any_changed_character_is_refused(place: int, other: str) -> None:
    changed = TOKEN[:place] + other + TOKEN[place + 1 :]
    if changed != TOKEN:
        with pytest.raises(SignatureRefused):
            TerminalReport.verified(changed, PUBLIC)


@given(st.text())
def test_other_texts_are_refused_and_raise_nothing_else(text: str) -> None:
    with pytest.raises(SignatureRefused):
        TerminalReport.verified(text, PUBLIC)
    with pytest.raises(SignatureRefused):
        unverified_payload(text)


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": {"kty": "EC"}},
        {"x5u": "http://127.0.0.1/"},
        {"crit": ["exp"]},
        {"typ": "JWT"},
        {"typ": OutcomeStatement.typ},
        {"kid": 7},
        {"kid": None},
        {"b64": False},
    ],
    ids=str,
)
def test_a_header_has_exactly_alg_typ_and_kid(header: dict[str, Any]) -> None:
    try:
        signed = token(REPORT.canonical(), **header)
    except jwt.PyJWTError:
        head = {"alg": "ES256", "typ": TerminalReport.typ, "kid": KEY.kid} | header
        signed = f"{to_base64url(canonical_json(head))}.{TOKEN.split('.', 1)[1]}"
    with pytest.raises(SignatureRefused):
        TerminalReport.verified(signed, PUBLIC)


def _headed(algorithm: str, signature: bytes) -> str:
    header = canonical_json({"alg": algorithm, "typ": TerminalReport.typ, "kid": KEY.kid})
    return f"{to_base64url(header)}.{to_base64url(REPORT.canonical())}.{to_base64url(signature)}"


def test_no_algorithm_and_the_public_key_as_a_secret_are_refused() -> None:
    unsigned = _headed("HS256", b"").rsplit(".", 1)[0]
    secret = hmac.digest(public_bytes(PUBLIC), unsigned.encode(), "sha256")
    forgeries = [("none", b""), ("ES256", b""), ("ES384", b"x" * 96), ("HS256", secret)]
    for algorithm, signature in forgeries:
        with pytest.raises(SignatureRefused):
            TerminalReport.verified(_headed(algorithm, signature), PUBLIC)


def test_a_key_of_another_curve_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP384R1())
    with pytest.raises(SignatureRefused):
        TerminalReport.verified(TOKEN, other.public_key())


def _spellings() -> dict[str, bytes]:
    plain: dict[str, Any] = json.loads(REPORT.canonical())
    text = REPORT.canonical().decode()
    return {
        "spaces": json.dumps(plain, sort_keys=True).encode(),
        "order": json.dumps(dict(reversed(plain.items())), separators=(",", ":")).encode(),
        "a key twice": text.replace('"sequence":7', '"sequence":8,"sequence":7').encode(),
        "an unknown key": canonical_json(plain | {"more": 1}),
        "a missing key": canonical_json({k: v for k, v in plain.items() if k != "terminal"}),
        "a float": text.replace('"sequence":7', '"sequence":7.0').encode(),
        "a number as text": text.replace('"sequence":7', '"sequence":"7"').encode(),
        "another time spelling": text.replace(".004Z", ".0040Z").encode(),
        "a time zone": text.replace(".004Z", ".004+00:00").encode(),
        "an escape": text.replace("t-1", "t\\u002d1").encode(),
        "not UTF-8": text.encode().replace(b"t-1", b"t\xff1"),
        "a surrogate": text.replace("t-1", "\\ud800").encode(),
        "deep": b"[" * 20_000,
        "nothing": b"",
    }


@pytest.mark.parametrize("spelling", _spellings(), ids=str)
def test_a_signed_payload_has_one_spelling(spelling: str) -> None:
    with pytest.raises(SignatureRefused):
        TerminalReport.verified(token(_spellings()[spelling]), PUBLIC)


def _kinds(kind: type[Statement] = Statement) -> set[type[Statement]]:
    return {kind, *(found for child in kind.__subclasses__() for found in _kinds(child))}


def test_every_statement_has_a_type_of_its_own() -> None:
    kinds = [kind for kind in _kinds() if "typ" in vars(kind)]
    assert Attestation in kinds
    assert len({kind.typ for kind in kinds}) == len(kinds) >= 8


@pytest.mark.parametrize("kind", sorted(_kinds() - {Statement}, key=str), ids=lambda k: k.__name__)
def test_a_statement_never_passes_as_another(kind: type[Statement]) -> None:
    if kind is not TerminalReport:
        with pytest.raises(SignatureRefused):
            kind.verified(TOKEN, PUBLIC)


def test_statements_of_one_shape_are_told_apart_by_their_type() -> None:
    request = HouseholdRequest(session="0" * 64, nonce="A" * 22, requested_at=REPORT.reported_at)
    forged = jwt.PyJWS().encode(
        request.canonical(),
        KEY.private,
        algorithm="ES256",
        headers={"typ": TerminalReport.typ, "kid": KEY.kid},
    )
    with pytest.raises(SignatureRefused):
        HouseholdRequest.verified(forged, PUBLIC)


def test_a_token_that_is_too_long_is_not_even_parsed() -> None:
    with pytest.raises(SignatureRefused):
        TerminalReport.verified("A" * 70_000 + "..", PUBLIC)


def test_a_cash_count_is_a_report_too() -> None:
    counted = REPORT.model_copy(update={"issuance": None, "body": CashCounted(yen=0)})
    assert TerminalReport.verified(counted.signed_by(KEY), PUBLIC) == counted

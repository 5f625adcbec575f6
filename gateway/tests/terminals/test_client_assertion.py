"""A client assertion has one form, one key and 60 seconds; all else is refused in like time."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from gateway.terminals.client_assertion import EXPIRY_TOLERANCE_S, verified_assertion
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import ClientAssertionRefused
from madoguchi_wire.keys import KeyPurpose, KeySet, SigningKey, TrustedKey
from store_terminal_sim.testing.enrolled import enrolled

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
MOMENT = int(NOW.timestamp())
ISSUER, TERMINAL = "centre.test", "tokiwa-0001-1"
KEY, OTHER = SigningKey.generate(), SigningKey.generate()
REGISTRAR = SigningKey.generate()
KEYS = KeySet(
    [
        TrustedKey(
            kid=REGISTRAR.kid,
            purpose=KeyPurpose.ENROLMENT,
            owner=ISSUER,
            public_key=REGISTRAR.public,
            not_before=NOW - timedelta(days=1),
            not_after=NOW + timedelta(days=1),
        )
    ]
)
ENROLMENT = enrolled(REGISTRAR, TERMINAL, OTHER, NOW, KEY)
HEADER = {"alg": "ES256", "kid": KEY.kid, "typ": "JWT"}
CLAIMS = {
    "iss": TERMINAL,
    "sub": TERMINAL,
    "aud": ISSUER,
    "iat": MOMENT,
    "exp": MOMENT + 60,
    "jti": "0123456789abcdef",
    "enrolment": ENROLMENT,
    "software": "a-terminal 1.2.3",
}
JWK = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}


def signed(header: Any = HEADER, claims: Any = CLAIMS, key: SigningKey = KEY) -> str:
    """Return a token that is signed well, whatever its header and claims say."""
    parts = (part if isinstance(part, bytes) else spelled(part) for part in (header, claims))
    signing = ".".join(to_base64url(part) for part in parts)
    r, s = decode_dss_signature(key.private.sign(signing.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signing}.{to_base64url(r.to_bytes(32) + s.to_bytes(32))}"


def spelled(value: object) -> bytes:
    return json.dumps(value).encode()


def refusal(token: str) -> str:
    with pytest.raises(ClientAssertionRefused) as refused:
        verified_assertion(token, ISSUER, KEYS, NOW)
    return refused.value.detail


def test_a_right_assertion_holds_with_and_without_its_type() -> None:
    without = {"alg": "ES256", "kid": KEY.kid}
    for token in (signed(), signed(without)):
        assert verified_assertion(token, ISSUER, KEYS, NOW).terminal == TERMINAL


@pytest.mark.parametrize(
    ("iat", "exp", "holds"),
    [
        (0, 60, True),
        (0, 61, False),
        (-30, 30, True),
        (-59, 1, True),
        (-60, 0, False),
        (EXPIRY_TOLERANCE_S, 60 + EXPIRY_TOLERANCE_S, True),
        (EXPIRY_TOLERANCE_S + 1, 61 + EXPIRY_TOLERANCE_S, False),
        (30, 60, True),
        (30, 90, False),
        (31, 60, False),
        (0, 0, False),
        (10, 5, False),
    ],
)
def test_it_ends_at_most_60_seconds_from_now_but_for_the_tolerance(
    iat: int, exp: int, *, holds: bool
) -> None:
    token = signed(claims=CLAIMS | {"iat": MOMENT + iat, "exp": MOMENT + exp})
    if holds:
        verified_assertion(token, ISSUER, KEYS, NOW)
    else:
        refusal(token)


def twice(value: dict[str, Any], name: str, other: object) -> bytes:
    return spelled(value).replace(b"{", f"{{{json.dumps(name)}:{json.dumps(other)},".encode(), 1)


CLAIMS_REFUSED: dict[str, bytes] = {
    "iss twice": twice(CLAIMS, "iss", "nobody"),
    "iss twice, alike": twice(CLAIMS, "iss", TERMINAL),
    "exp twice": twice(CLAIMS, "exp", MOMENT + 6000),
    "jti twice, once escaped": twice(CLAIMS, "jti", "x" * 16).replace(b'"jti"', b'"\\u006ati"', 1),
    "NaN": spelled(CLAIMS | {"exp": float("nan")}),
    "Infinity": spelled(CLAIMS | {"exp": float("inf")}),
    "a number beyond doubles": spelled(CLAIMS).replace(str(MOMENT + 60).encode(), b"1e999"),
    "a number without end": spelled(CLAIMS).replace(str(MOMENT + 60).encode(), b"9" * 6000),
    "a fraction": spelled(CLAIMS | {"exp": MOMENT + 59.5}),
    "text for a number": spelled(CLAIMS | {"exp": str(MOMENT + 60)}),
    "lone surrogate": spelled(CLAIMS | {"jti": "\ud800" * 16}),
    "byte order mark": b"\xef\xbb\xbf" + spelled(CLAIMS),
    "UTF-16": json.dumps(CLAIMS).encode("utf-16"),
    "not UTF-8": spelled(CLAIMS).replace(b"centre", b"\xff"),
    "nested without end": b"[" * 40_000,
    "a list": spelled([CLAIMS]),
    "null": b"null",
    "nothing": b"",
    "one more": spelled(CLAIMS | {"scope": "all"}),
    "one less": spelled({name: value for name, value in CLAIMS.items() if name != "jti"}),
    "a list of audiences": spelled(CLAIMS | {"aud": [ISSUER]}),
    "another terminal": spelled(CLAIMS | {"iss": "another-1", "sub": "another-1"}),
    "another subject": spelled(CLAIMS | {"sub": "another-1"}),
    "another audience": spelled(CLAIMS | {"aud": "another.centre"}),
    "no enrolment": spelled(CLAIMS | {"enrolment": ""}),
    "an enrolment of another terminal": spelled(
        CLAIMS | {"enrolment": enrolled(REGISTRAR, "another-1", OTHER, NOW, KEY)}
    ),
    "an enrolment by a stranger": spelled(
        CLAIMS | {"enrolment": enrolled(OTHER, TERMINAL, OTHER, NOW, KEY)}
    ),
    "an enrolment that is over": spelled(
        CLAIMS | {"enrolment": enrolled(REGISTRAR, TERMINAL, OTHER, NOW - timedelta(days=31), KEY)}
    ),
    "an enrolment with the keys swapped": spelled(
        CLAIMS | {"enrolment": enrolled(REGISTRAR, TERMINAL, KEY, NOW, OTHER)}
    ),
    "software without a name": spelled(CLAIMS | {"software": ""}),
    "software that is a line": spelled(CLAIMS | {"software": "1.0\nadmin"}),
    "software at length": spelled(CLAIMS | {"software": "1" * 65}),
    "NUL in the name": spelled(CLAIMS | {"iss": "a\0", "sub": "a\0"}),
}


@pytest.mark.parametrize("claims", CLAIMS_REFUSED.values(), ids=CLAIMS_REFUSED.keys())
def test_claims_with_two_meanings_or_none_are_refused(claims: bytes) -> None:
    refusal(signed(claims=claims))


HEADERS_REFUSED: dict[str, Any] = {
    "no algorithm": HEADER | {"alg": "none"},
    "a shared secret": HEADER | {"alg": "HS256"},
    "ES384": HEADER | {"alg": "ES384"},
    "no kid": {"alg": "ES256"},
    "kid is a list": HEADER | {"kid": [KEY.kid]},
    "kid is empty": HEADER | {"kid": ""},
    "kid is a path": HEADER | {"kid": "/dev/null"},
    "kid of another purpose": HEADER | {"kid": OTHER.kid},
    "embedded key": HEADER | {"jwk": JWK},
    "address of keys": HEADER | {"jku": "http://127.0.0.1/keys"},
    "certificate": HEADER | {"x5c": ["AA"]},
    "address of a certificate": HEADER | {"x5u": "http://127.0.0.1/x"},
    "critical": HEADER | {"crit": ["exp"], "exp": 1},
    "unencoded payload": HEADER | {"crit": ["b64"], "b64": False},
    "encoded payload, said so": HEADER | {"b64": True},
    "another type": HEADER | {"typ": "at+jwt"},
    "one more": HEADER | {"x": 1},
    "alg twice": twice(HEADER, "alg", "none"),
    "kid twice": twice(HEADER, "kid", KEY.kid),
    "a list": [1],
    "nothing": b"",
}


@pytest.mark.parametrize("header", HEADERS_REFUSED.values(), ids=HEADERS_REFUSED.keys())
def test_a_header_that_says_more_or_less_is_refused(header: Any) -> None:
    refusal(signed(header))


def test_no_part_has_a_second_spelling_and_none_is_missing() -> None:
    token = signed()
    parts = token.split(".")
    for number, part in enumerate(parts):
        for other in (f"{part}=", f"{part}==", f"{part}\n", f" {part}", f"{part}A", ""):
            refusal(".".join([*parts[:number], other, *parts[number + 1 :]]))
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"
    for letter in set(last) - {token[-1]}:
        refusal(token[:-1] + letter)
    for other in (".".join(parts[:2]), f"{token}.", f".{token}", f"{parts[0]}..{parts[2]}"):
        refusal(other)


FORGED: dict[str, Callable[[], str]] = {
    "a terminal that is enrolled, its kid": lambda: signed(key=OTHER),
    "a terminal that is enrolled, another kid": lambda: signed(
        HEADER | {"kid": "0" * 32}, key=OTHER
    ),
    "a terminal that is not": lambda: signed(
        claims=CLAIMS | {"iss": "nobody-0001-1", "sub": "nobody-0001-1"}, key=OTHER
    ),
    "a terminal that is not, some kid": lambda: signed(
        HEADER | {"kid": "0" * 32}, CLAIMS | {"iss": "nobody-0001-1", "sub": "nobody-0001-1"}
    ),
}


@pytest.mark.alone
def test_neither_words_nor_time_tell_which_terminals_are_enrolled() -> None:
    assert len({refusal(make()) for make in FORGED.values()}) == 1
    tokens = {name: [make() for _ in range(150)] for name, make in FORGED.items()}
    spent: dict[str, list[float]] = {name: [] for name in FORGED}
    for number in range(150):
        for name, made in tokens.items():
            begun = time.perf_counter()
            refusal(made[number])
            spent[name].append(time.perf_counter() - begun)
    typical = [median(times) for times in spent.values()]
    # Without a signature to verify an answer would come in a third of the time.
    assert max(typical) < 1.3 * min(typical), spent

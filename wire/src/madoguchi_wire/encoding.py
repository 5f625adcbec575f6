"""One spelling for bytes, digests and JSON, so that a signature always covers the same octets."""

import base64
import binascii
import hashlib
import json
import math
import re
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, StringConstraints

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")
_MAXIMUM_DIGITS = 32
"""Of a number in JSON: none of ours has more."""


def to_base64url(data: bytes) -> str:
    """Encode as base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Decode base64url without padding; the one canonical spelling only.

    Raises:
        ValueError: other alphabet, padding, or unused bits that are not zero.

    """
    if not _BASE64URL.match(text):
        raise ValueError("not base64url without padding")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url without padding") from error
    if to_base64url(data) != text:
        raise ValueError("base64url with unused bits that are not zero")
    return data


def _checked_base64url(text: str) -> str:
    from_base64url(text)
    return text


Base64Url = Annotated[str, AfterValidator(_checked_base64url)]
"""Bytes as base64url without padding."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hexadecimal, as `sha256sum` prints it."""


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of `data` as a `Digest`."""
    return hashlib.sha256(data).hexdigest()


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 (any JSON value)
    """Return the one spelling of a JSON value: sorted keys, no spaces, UTF-8, no floats' NaN.

    Raises:
        ValueError: not a number, or a lone surrogate (as `UnicodeEncodeError`).

    """
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8")


def strict_json(data: bytes) -> Any:  # noqa: ANN401 (any JSON value)
    """Return the one value that JSON from outside spells, whoever reads it.

    Readers differ in what they make of a name that comes twice, of a byte order mark, of numbers
    beyond 64 bits or of half a character, so none of these has a meaning here.

    Raises:
        ValueError: not UTF-8, not JSON, or JSON that others may read as something else.

    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_short,
        )
        if b"\\u" in data:
            # An escaped half of a surrogate pair is text that cannot be written again.
            canonical_json(value)
    except RecursionError as error:
        raise ValueError("JSON that is nested too deeply") from error
    return value


def _without_repeats(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice in one object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number that no double holds")
    return number


def _short(digits: str) -> int:
    if len(digits) > _MAXIMUM_DIGITS:
        raise ValueError("a number with too many digits")
    return int(digits)

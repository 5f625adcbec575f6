"""How a text, a number or bytes may be spelled, so that no encoding hides them."""

import base64
import json
import re
from datetime import date
from urllib.parse import quote_from_bytes

from municipal_adapter.certificates.era import era_date

MINIMUM_BYTES = 8
"""Shorter spellings come about by chance in random bytes."""
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc-jp")
_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_ESCAPED = re.compile(r"\\u[0-9a-f]{4}")


def of_text(text: str) -> set[bytes]:
    """Return a text's encodings and escapes, in hexadecimal and base64, too."""
    spelled = {text.encode(encoding, "ignore") for encoding in _ENCODINGS}
    escaped = json.dumps(text)[1:-1]
    upper = _ESCAPED.sub(lambda found: r"\u" + found[0][2:].upper(), escaped)
    spelled |= {escaped.encode(), upper.encode(), *_base64(text.encode()), *_hex(text.encode())}
    quoted = quote_from_bytes(text.encode(), safe="")
    spelled |= {quoted.encode(), re.sub("%..", lambda found: found[0].lower(), quoted).encode()}
    spelled.add(repr(text.encode())[2:-1].encode())
    return {one for one in spelled if len(one) >= MINIMUM_BYTES}


def of_name(name: str) -> set[str]:
    """Return a name with each space that stands between its parts, and none; kana as both kana."""
    parts = name.split()
    written = {space.join(parts) for space in (" ", "\u3000", "")}
    return written | {one.translate(_HIRAGANA) for one in written}


def of_date(day: date) -> set[str]:
    """Return a date as it is written in Japan and in data."""
    western = f"{day.year}年{day.month}月{day.day}日"
    return {day.isoformat(), f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", western, era_date(day)}


def of_number(number: int) -> set[bytes]:
    """Return a long number: hexadecimal, decimal, as bytes."""
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    pairs = {raw.hex(":"), raw.hex(":").upper()}
    return of_bytes(raw) | {
        one.encode() for one in pairs | {f"{number:x}", f"{number:X}", f"{number}"}
    }


def of_bytes(data: bytes) -> set[bytes]:
    """Return bytes as they are, in hexadecimal, in base64, and in base64 that is encoded again."""
    once = _base64(data)
    return {data, *_hex(data), *once, *(twice for one in once for twice in _base64(one))}


def _hex(data: bytes) -> set[bytes]:
    return {data.hex().encode(), data.hex().upper().encode()}


def _base64(data: bytes) -> set[bytes]:
    """Return what stands in base64 for the data, wherever in the encoded bytes they begin."""
    found = set[bytes]()
    for before in range(3):
        # Of the first and last digit a neighbour decides: only those between are the data's own.
        first = (0, 2, 3)[before]
        whole = len(data) + before
        last = whole // 3 * 4 + (0, 1, 2)[whole % 3]
        for encode in (base64.standard_b64encode, base64.urlsafe_b64encode):
            found.add(encode(bytes(before) + data)[first:last])
    return {one for one in found if len(one) >= MINIMUM_BYTES}

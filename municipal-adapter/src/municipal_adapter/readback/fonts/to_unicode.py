"""Which text a font's codes stand for, as the document itself says (ToUnicode)."""

import re
from collections.abc import Iterator

from municipal_adapter.readback.mismatch import ReadBackMismatch

_BEGIN = re.compile(rb"begin(bfchar|bfrange)")
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{1,64})>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{1,64})>")
_MOST = 0x10000
"""Codes that two bytes have."""


def read_to_unicode(stream: bytes) -> dict[int, str]:
    """Return the text of each code of two bytes.

    Raises:
        ReadBackMismatch: text that is none, or for more codes than there are.

    """
    found: dict[int, str] = {}
    for said, (code, text) in enumerate(_said(stream)):
        if said >= _MOST:
            raise ReadBackMismatch("a font that gives codes their text again and again")
        found[code] = text
    return found


def _said(stream: bytes) -> Iterator[tuple[int, str]]:
    place = 0
    while begin := _BEGIN.search(stream, place):
        place = stream.find(b"end" + begin[1], begin.end())
        if place < 0:
            return
        block = stream[begin.end() : place]
        if begin[1] == b"bfchar":
            for code, text in _PAIR.findall(block):
                yield int(code, 16), _text(text)
        else:
            for first, last, text in _RANGE.findall(block):
                start, begins = int(first, 16), _text(text)
                for step in range(int(last, 16) - start + 1):
                    yield start + step, begins[:-1] + chr(ord(begins[-1]) + step)


def _text(digits: bytes) -> str:
    try:
        return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be")
    except ValueError:
        raise ReadBackMismatch("a character whose text cannot be read") from None

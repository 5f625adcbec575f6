"""The operations of a content stream, in the strict spelling that all our pages have.

A reader that forgives may see something else than the printer does. What does not fit the spelling
is refused; documents of others are spelt anew before they come here (`certificates.stamp`).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from municipal_adapter.readback.mismatch import ReadBackMismatch

_PLAIN = rb"[^()\\\r]|\\[^\r]"
_DEPTH = 48
"""Brackets within brackets of a string, at most. Glyphs have numbers, and where those of a line
happen to be brackets that match, they are written as they are: as deep as a line is long."""


def _brackets(depth: int) -> bytes:
    inner = rb"|" + _brackets(depth - 1) if depth > 0 else b""
    return rb"\((?:" + _PLAIN + inner + rb")*+\)"


_STRING = _brackets(_DEPTH) + rb"|<[0-9a-fA-F]*+>"
_NUMBER = rb"[-+]?[0-9.]++"
_NAME = rb"/[^\s()<>\[\]{}/%]++"
_ARRAY = rb"\[(?:" + _STRING + rb"|[-+0-9.\s])*+\]"
_OPERAND = rb"(?:" + _STRING + rb"|" + _NUMBER + rb"|" + _NAME + rb"|" + _ARRAY + rb")"
_OPERATION = re.compile(rb"\s*+((?:" + _OPERAND + rb"\s*+)*+)([A-Za-z'\"*]++)")
_OPERANDS = re.compile(_OPERAND)
_STRINGS = re.compile(_STRING + rb"|" + _NUMBER)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|[\s\S])")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}

Operation: TypeAlias = tuple[bytes, bytes]
"""The operator, and its operands as spelt."""


def operations(stream: bytes) -> Iterator[Operation]:
    """Yield the operations of a content stream.

    Raises:
        ReadBackMismatch: a spelling that our pages never have.

    """
    place, length = 0, len(stream.rstrip())
    match = _OPERATION.match
    while place < length:
        found = match(stream, place)
        if found is None:
            raise ReadBackMismatch("a content stream in a spelling of its own")
        yield found[2], found[1]
        place = found.end()


@lru_cache(maxsize=4096)
def numbers(operands: bytes) -> tuple[float, ...]:
    """Return operands that are all numbers.

    Raises:
        ReadBackMismatch: one is none.

    """
    try:
        return tuple(map(float, operands.split()))
    except ValueError:
        raise ReadBackMismatch("an operand that should be a number") from None


def words(operands: bytes) -> list[bytes]:
    """Return the operands one by one, as spelt."""
    return _OPERANDS.findall(operands)


def shown(operands: bytes) -> Iterator[bytes | float]:
    """Yield the strings, decoded, and the numbers between them of a text-showing operation."""
    for one in _STRINGS.findall(operands):
        if one.startswith(b"("):
            yield _ESCAPED.sub(_unescaped, one[1:-1]) if b"\\" in one else one[1:-1]
        elif one.startswith(b"<"):
            yield _from_hex(one[1:-1])
        else:
            yield float(one)


def _unescaped(found: re.Match[bytes]) -> bytes:
    letter = found[1]
    if letter[0] in b"01234567":
        return bytes((int(letter, 8) & 0xFF,))
    return _LETTERS.get(letter, letter)


def _from_hex(digits: bytes) -> bytes:
    if len(digits) % 2:
        raise ReadBackMismatch("half a byte in a string")
    return bytes.fromhex(digits.decode("ascii"))

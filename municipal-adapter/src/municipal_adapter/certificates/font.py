"""The font of certificates, and which characters it can draw."""

import struct
from functools import cache
from hashlib import sha256
from pathlib import Path

from pylopdf_fonts_jp import serif_path

FAMILY = "Noto Serif JP"
_SEGMENTED = 12
"""Format of the subtable that lists groups of characters of all planes."""


class UnknownCharacter(Exception):
    """A record holds a character that the font cannot draw; the text does not say which."""


@cache
def fonts_fingerprint() -> str:
    """Return the SHA-256 of the font's file, in hex."""
    return sha256(serif_path().read_bytes()).hexdigest()


def refuse_unknown(text: str) -> None:
    """Raise if the text cannot be drawn exactly.

    Private-use characters (外字) and variation selectors are refused, too: the font has no glyph
    of its own for them, and in another city the same code is another character.

    Raises:
        UnknownCharacter: a character without a glyph.

    """
    if not {ord(character) for character in text} <= drawable():
        raise UnknownCharacter("a record holds a character that the font has no glyph for")


@cache
def drawable() -> frozenset[int]:
    """Return the code points that the font maps to a glyph."""
    return _mapped(serif_path())


def _mapped(font: Path) -> frozenset[int]:
    data = font.read_bytes()
    start = _table(data, b"cmap")
    (count,) = struct.unpack_from(">H", data, start + 2)
    for record in range(count):
        _, _, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * record)
        if struct.unpack_from(">H", data, start + offset)[0] == _SEGMENTED:
            return _groups(data, start + offset)
    raise ValueError("the font has no table of characters of all planes")


def _table(data: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", data, 4)
    for record in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * record)
        if name == tag:
            return int(offset)
    raise ValueError("the font has no table of characters")


def _groups(data: bytes, start: int) -> frozenset[int]:
    (count,) = struct.unpack_from(">I", data, start + 12)
    found: set[int] = set()
    for group in range(count):
        first, last, glyph = struct.unpack_from(">III", data, start + 16 + 12 * group)
        if glyph or first != last:
            found.update(range(first, last + 1))
    return frozenset(found)

"""Glyphs of TrueType fonts: their data as such, hints included, because hints can move points."""

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from municipal_adapter.readback.mismatch import ReadBackMismatch

_WORDS, _XY, _SCALE, _MORE, _XY_SCALE, _2X2 = 0x01, 0x02, 0x08, 0x20, 0x40, 0x80
_HINTS = (b"fpgm", b"prep", b"cvt ")
_DEEPEST = 4


@dataclass(frozen=True)
class TrueType:
    """The tables of a font that say what a glyph looks like."""

    tables: Mapping[bytes, bytes] = field(repr=False)
    offsets: tuple[int, ...] = field(repr=False)
    units_per_em: int
    hints: bytes
    """SHA-256 over the programs that all glyphs share."""

    def outline(self, glyph: int, depth: int = 0) -> bytes:
        """Return the digest of a glyph's data; of a composite one, with its parts.

        Raises:
            ReadBackMismatch: no such glyph.

        """
        if not 0 <= glyph < len(self.offsets) - 1 or depth > _DEEPEST:
            raise ReadBackMismatch("a character without a glyph")
        data = self.tables[b"glyf"][self.offsets[glyph] : self.offsets[glyph + 1]]
        digest = hashlib.sha256(b"truetype\n" + self.hints)
        if data and struct.unpack_from(">h", data)[0] < 0:
            for part, how in _parts(data):
                digest.update(self.outline(part, depth + 1) + how)
            return digest.digest()
        # Tools pad glyphs to different lengths.
        digest.update(data.rstrip(b"\0"))
        return digest.digest()


def read_truetype(data: bytes) -> TrueType:
    """Return a font file's tables.

    Raises:
        ReadBackMismatch: it is no complete TrueType font.

    """
    try:
        (count,) = struct.unpack_from(">H", data, 4)
        tables: dict[bytes, bytes] = {}
        for place in range(count):
            tag, _, start, length = struct.unpack_from(">4sIII", data, 12 + 16 * place)
            tables[tag] = data[start : start + length]
        (units,) = struct.unpack_from(">H", tables[b"head"], 18)
        (long,) = struct.unpack_from(">h", tables[b"head"], 50)
        loca = tables[b"loca"]
        if long:
            offsets = struct.unpack(f">{len(loca) // 4}I", loca[: len(loca) // 4 * 4])
        else:
            halves = struct.unpack(f">{len(loca) // 2}H", loca[: len(loca) // 2 * 2])
            offsets = tuple(2 * half for half in halves)
        if b"glyf" not in tables:
            raise KeyError
    except (struct.error, KeyError):
        raise ReadBackMismatch("a font that cannot be read") from None
    hints = hashlib.sha256(b"".join(tables.get(tag, b"").rstrip(b"\0") for tag in _HINTS))
    return TrueType(tables, offsets, units, hints.digest())


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """Return the glyphs that a composite is made of, each with how it is placed."""
    parts: list[tuple[int, bytes]] = []
    place, more = 10, True
    while more:
        flags, glyph = struct.unpack_from(">HH", data, place)
        length = 4 if flags & _WORDS else 2
        length += 2 if flags & _SCALE else 4 if flags & _XY_SCALE else 8 if flags & _2X2 else 0
        place += 4
        kept = flags & ~_MORE
        parts.append((glyph, struct.pack(">H", kept) + data[place : place + length]))
        place += length
        more = bool(flags & _MORE)
    return parts

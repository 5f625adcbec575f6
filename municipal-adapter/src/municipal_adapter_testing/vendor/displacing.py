"""Moving text of a finished paper elsewhere, while its file draws it in the old order."""

import re

import pikepdf
from municipal_adapter.readback.fonts.embedded import EmbeddedFont
from municipal_adapter.readback.fonts.to_unicode import read_to_unicode

from municipal_adapter_testing.papers import approved_fonts

_TEXT = re.compile(
    rb"q 1 0 0 -1 ([\d.]+) ([\d.]+) cm.*?/f0 ([\d.]+) Tf.*?Tm\[\((.*?)\)\]TJ\nET\nQ", re.DOTALL
)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|[\s\S])")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def lines_exchanged(document: pikepdf.Pdf, one: str, other: str) -> None:
    """Exchange the heights of two texts of the first page, the earlier one first."""
    stream = contents_of(document)
    first, second = _found(document, stream, one), _found(document, stream, other)
    between = stream[first.end(2) : second.start(2)]
    _draw(
        document,
        stream[: first.start(2)] + second[2] + between + first[2] + stream[second.end(2) :],
    )


def characters_exchanged(document: pikepdf.Pdf, text: str, one: int, other: int) -> None:
    """Exchange the places of two characters of a text of the first page."""
    stream = contents_of(document)
    found = _found(document, stream, text)
    codes, font = _codes(found[4]), EmbeddedFont(_font(document), approved_fonts())
    places, x = list[float](), float(found[1])
    for code in codes:
        places.append(x)
        x += font.shown(code)[1] * float(found[3])
    places[one], places[other] = places[other], places[one]
    drawn = b"\n".join(
        b"q 1 0 0 -1 %.4f %s cm/c0 cs 0 scn\nBT 0 Tr/f0 %s Tf 1 0 0 -1 0 0 Tm<%s>Tj\nET\nQ"
        % (place, found[2], found[3], code.hex().encode())
        for place, code in zip(places, codes, strict=True)
    )
    _draw(document, stream[: found.start()] + drawn + stream[found.end() :])


def contents_of(document: pikepdf.Pdf) -> bytes:
    """Return the operations of the first page."""
    document.pages[0].contents_coalesce()
    return document.pages[0].Contents.read_bytes()


def _draw(document: pikepdf.Pdf, stream: bytes) -> None:
    document.pages[0].Contents = pikepdf.Stream(document, stream)


def _found(document: pikepdf.Pdf, stream: bytes, text: str) -> re.Match[bytes]:
    unicode = read_to_unicode(_font(document).ToUnicode.read_bytes())
    for found in _TEXT.finditer(stream):
        codes = _codes(found[4])
        # Text with closed-up marks is several strings: what follows the first one is no text here.
        if "".join(unicode.get(int.from_bytes(code), "") for code in codes).startswith(text):
            return found
    raise LookupError(f"no text of the page is {text}")


def _font(document: pikepdf.Pdf) -> pikepdf.Object:
    return document.pages[0].obj["/Resources"]["/Font"]["/f0"]


def _codes(string: bytes) -> list[bytes]:
    def plain(found: re.Match[bytes]) -> bytes:
        one = found[1]
        return bytes([int(one, 8)]) if one[:1].isdigit() else _ESCAPES.get(one, one)

    raw = _ESCAPED.sub(plain, string)
    return [raw[place : place + 2] for place in range(0, len(raw), 2)]

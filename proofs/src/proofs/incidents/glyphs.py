"""F9's oracle: whether each 芝 of a paper is drawn as the approved font draws it.

It reads the outlines out of the fonts that a PDF carries with it, by other code than the product's.
"""

import re
from functools import cache
from io import BytesIO
from typing import Any, Protocol, cast

import pikepdf
from fontTools.cffLib import CFFFontSet  # pyright: ignore[reportMissingTypeStubs]
from fontTools.pens.recordingPen import RecordingPen  # pyright: ignore[reportMissingTypeStubs]
from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingTypeStubs]
from municipal_adapter.certificates.font import DEFAULT_FONT

Outline = tuple[Any, ...]
_ONE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")


class _Drawable(Protocol):
    def draw(self, pen: object) -> None:
        """Draw into a pen."""
        ...


def draws_otherwise(pdf: bytes, character: str) -> bool:
    """Tell whether a paper draws a character in another form than the approved font."""
    return any(outline != approved(character) for outline in drawn(pdf, character))


@cache
def approved(character: str) -> Outline:
    """Return the outline of the approved font."""
    with TTFont(DEFAULT_FONT, lazy=True) as font:
        glyphs = cast("dict[str, _Drawable]", font.getGlyphSet())
        names = cast("dict[int, str]", font.getBestCmap())
        return _outline(glyphs[names[ord(character)]])


def drawn(pdf: bytes, character: str) -> list[Outline]:
    """Return how the fonts inside a paper draw a character; nothing where they do not have it."""
    with pikepdf.open(BytesIO(pdf)) as document:
        fonts = [one for one in document.objects if _is_font(one)]
        return [_embedded(font, code) for font in fonts for code in _codes_of(font, character)]


def _is_font(one: object) -> bool:
    return (
        isinstance(one, pikepdf.Dictionary)
        and one.get("/Subtype") == "/Type0"
        and "/ToUnicode" in one
    )


def _codes_of(font: Any, character: str) -> list[int]:  # noqa: ANN401 (an object of pikepdf)
    """Return the codes that mean a character, as the paper's own text says."""
    table: bytes = font["/ToUnicode"].read_bytes()
    wanted = character.encode("utf-16-be").hex()
    in_ranges = table[table.find(b"beginbfrange") :] if b"beginbfrange" in table else b""
    ranges = [
        int(first, 16)
        for first, last, text in _RANGE.findall(in_ranges)
        if first == last and text.decode().lower() == wanted
    ]
    ones = [int(code, 16) for code, text in _ONE.findall(table) if text.decode().lower() == wanted]
    return sorted({*ranges, *ones})


def _embedded(font: Any, code: int) -> Outline:  # noqa: ANN401 (an object of pikepdf)
    file = font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile3"].read_bytes()
    fonts: Any = CFFFontSet()
    fonts.decompile(BytesIO(file), None)
    programs = fonts[0].CharStrings
    return _outline(programs[f"cid{code:05d}"])


def _outline(glyph: _Drawable) -> Outline:
    pen: Any = RecordingPen()
    glyph.draw(pen)
    return tuple(pen.value)

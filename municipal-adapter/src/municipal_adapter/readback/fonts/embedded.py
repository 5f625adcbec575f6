"""The fonts inside a finished document, each character of them compared with the approved ones."""

import re

import pikepdf

from municipal_adapter.readback.fonts.approved import ApprovedFonts
from municipal_adapter.readback.fonts.glyph import Glyph, outline_of_subset
from municipal_adapter.readback.fonts.parser import SCALE, CffFont
from municipal_adapter.readback.fonts.to_unicode import read_to_unicode
from municipal_adapter.readback.fonts.truetype import TrueType, read_truetype
from municipal_adapter.readback.mismatch import ReadBackMismatch

_ROUNDED = (0, -1, 1)
"""Thousandths of an em: what tools round differently."""
_MOST_CODES = 0x10000
_MOST_FONTS = 60
"""In a document; ours have up to three. One that is no object of its own counts on each page."""
_DIRECT = (0, 0)
_TOKEN = re.compile(rb"\[|\]|[-+0-9.]+")


class EmbeddedFont:
    """A font of a document whose characters are all what their text says."""

    def __init__(self, font: pikepdf.Object, approved: ApprovedFonts) -> None:
        """Open an embedded font.

        Args:
            font: its dictionary.
            approved: what its glyphs are compared with.

        Raises:
            ReadBackMismatch: it is not embedded, or of a kind that no certificate has.

        """
        self._approved = approved
        self._checked: dict[int, tuple[str, float]] = {}
        if font.get("/Subtype") != "/Type0" or font.get("/Encoding") != "/Identity-H":
            raise ReadBackMismatch("a font of another kind")
        inner = font["/DescendantFonts"][0]
        self._text = read_to_unicode(font["/ToUnicode"].read_bytes())
        self._default = int(inner.get("/DW", 1000))
        self._widths = _widths(inner["/W"].unparse(resolved=True)) if "/W" in inner else {}
        self._outlines = _outlines(inner)

    def shown(self, codes: bytes) -> tuple[str, float, int]:
        """Return the text of some codes, its advance in ems, and how many they are.

        Raises:
            ReadBackMismatch: a character is drawn otherwise than an approved font draws it.

        """
        if len(codes) % 2:
            raise ReadBackMismatch("half a character")
        checked, text, ems = self._checked, "", 0.0
        for place in range(0, len(codes), 2):
            code = codes[place] << 8 | codes[place + 1]
            found = checked.get(code)
            if found is None:
                found = checked[code] = self._check(code)
            text += found[0]
            ems += found[1]
        return text, ems, len(codes) // 2

    def _check(self, code: int) -> tuple[str, float]:
        unit = self._text.get(code)
        width = self._widths.get(code, self._default)
        if not unit:
            raise ReadBackMismatch("a character that has no text")
        outline = self._outlines.of(code)
        glyphs = (Glyph(outline, round(width) + off) for off in _ROUNDED)
        if not any(self._approved.draw(unit, glyph) for glyph in glyphs):
            raise ReadBackMismatch("a character is not drawn as the approved font draws it")
        return unit, width / 1000


class Fonts:
    """The fonts of one document, each opened once."""

    def __init__(self, approved: ApprovedFonts) -> None:
        self._approved = approved
        self._opened: dict[tuple[int, int], EmbeddedFont] = {}
        self._left = _MOST_FONTS

    def of(self, resources: pikepdf.Object) -> dict[str, EmbeddedFont]:
        """Return the fonts of a page or form by their names."""
        if "/Font" not in resources:
            return {}
        return {name[1:]: self._open(font) for name, font in resources["/Font"].items()}

    def _open(self, font: pikepdf.Object) -> EmbeddedFont:
        key = font.objgen
        if key in self._opened:
            return self._opened[key]
        self._left -= 1
        if self._left < 0:
            raise ReadBackMismatch("more fonts than any certificate has")
        opened = EmbeddedFont(font, self._approved)
        if key != _DIRECT:
            self._opened[key] = opened
        return opened


class _CffOutlines:
    """Outlines of an embedded CFF font, by CID."""

    def __init__(self, data: bytes) -> None:
        self._font = CffFont(data)
        if self._font.scale != SCALE or not self._font.by_cid:
            raise ReadBackMismatch("a font of another scale or order")

    def of(self, code: int) -> bytes:
        """Return a glyph's digest."""
        program = self._font.program(f"cid{code:05d}")
        if program is None:
            raise ReadBackMismatch("a character without a glyph")
        return outline_of_subset(program, has_subroutines=self._font.has_subroutines)


class _TrueTypeOutlines:
    """Outlines of an embedded TrueType font, by code."""

    def __init__(self, font: TrueType, glyphs: bytes | None) -> None:
        self._font, self._glyphs = font, glyphs

    def of(self, code: int) -> bytes:
        """Return a glyph's digest."""
        if self._glyphs is None:
            return self._font.outline(code)
        return self._font.outline(int.from_bytes(self._glyphs[2 * code : 2 * code + 2]))


def _outlines(inner: pikepdf.Object) -> _CffOutlines | _TrueTypeOutlines:
    descriptor = inner["/FontDescriptor"]
    kind = inner.get("/Subtype")
    if sum(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3")) != 1:
        raise ReadBackMismatch("a font that is not embedded once")
    if kind == "/CIDFontType0" and "/FontFile3" in descriptor:
        return _CffOutlines(descriptor["/FontFile3"].read_bytes())
    if kind == "/CIDFontType2" and "/FontFile2" in descriptor:
        map_ = inner.get("/CIDToGIDMap", pikepdf.Name.Identity)
        glyphs = None if map_ == "/Identity" else map_.read_bytes()
        return _TrueTypeOutlines(read_truetype(descriptor["/FontFile2"].read_bytes()), glyphs)
    raise ReadBackMismatch("a font that is not embedded")


def _widths(array: bytes) -> dict[int, float]:
    """Return the width of each code: `[first [w w w] first last w …]`.

    Raises:
        ReadBackMismatch: of more codes than there are.

    """
    found: dict[int, float] = {}
    tokens = iter(_TOKEN.findall(array)[1:-1])
    left = _MOST_CODES
    for token in tokens:
        first, then = int(token), next(tokens, b"")
        if then == b"[":
            widths = [float(width) for width in iter(lambda: next(tokens), b"]")]
            found.update(enumerate(widths, first))
            left -= len(widths)
        else:
            codes = range(first, int(then) + 1)
            left -= len(codes)
            if left >= 0:
                found.update(dict.fromkeys(codes, float(next(tokens, b""))))
        if left < 0:
            raise ReadBackMismatch("a font that gives codes their width again and again")
    return found

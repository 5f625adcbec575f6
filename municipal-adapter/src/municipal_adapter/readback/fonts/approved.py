"""The approved fonts: which outlines may stand for which text.

Read from the font files by other code than the renderer's, and only if the files have the digests
that were approved: a font file that was replaced (domain F9) is found here.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock

from municipal_adapter.readback.fonts.glyph import Glyph, cff_outline
from municipal_adapter.readback.fonts.parser import FontFile
from municipal_adapter.readback.fonts.truetype import TrueType, read_truetype

_SAME_CHARACTER = frozenset({"ccmp", "locl", "fwid", "hwid", "pwid"})
"""Features that give a character another width or language form, never another kanji."""


class ApprovedFont:
    """One approved font."""

    def __init__(self, file: bytes) -> None:
        """Open a font.

        Args:
            file: its bytes.

        """
        self._file = file
        self._font = FontFile(file)
        self._units: dict[str, frozenset[Glyph]] = {}
        self._one_thread = Lock()  # a font is read piece by piece from one place in its file

    def glyphs_of(self, unit: str) -> frozenset[Glyph]:
        """Return the glyphs that may be drawn for a character, or for one with a selector.

        Empty: the font does not have it.
        """
        with self._one_thread:
            if unit not in self._units:
                self._units[unit] = frozenset(self._glyph(name) for name in self._names(unit))
            return self._units[unit]

    def _names(self, unit: str) -> Iterable[str]:
        name = self._mapped(unit)
        if name is None:
            return ()
        return {name, *self._forms.get(name, ())}

    def _mapped(self, unit: str) -> str | None:
        if len(unit) == 1:
            return self._characters.get(ord(unit))
        if len(unit) != 2:
            return None
        sequences = self._sequences.get(ord(unit[1]), {})
        if ord(unit[0]) not in sequences:
            return None
        return sequences[ord(unit[0])] or self._characters.get(ord(unit[0]))

    def _glyph(self, name: str) -> Glyph:
        advance = self._font.advance(name)
        if self._font.is_cff:
            return Glyph(cff_outline(self._font.program(name)), advance)
        return Glyph(self._truetype.outline(self._font.number(name)), advance)

    @cached_property
    def _characters(self) -> Mapping[int, str]:
        return self._font.characters()

    @cached_property
    def _sequences(self) -> Mapping[int, Mapping[int, str | None]]:
        return self._font.sequences()

    @cached_property
    def _forms(self) -> Mapping[str, set[str]]:
        return self._font.forms(_SAME_CHARACTER)

    @cached_property
    def _truetype(self) -> TrueType:
        return read_truetype(self._file)


class ApprovedFonts:
    """All fonts that a municipality approved."""

    def __init__(self, fonts: Sequence[ApprovedFont]) -> None:
        self._fonts = fonts
        self._known: dict[str, frozenset[Glyph]] = {}

    def draw(self, unit: str, glyph: Glyph) -> bool:
        """Return whether an approved font draws this text with this glyph."""
        known = self._known.get(unit)
        if known is None:
            known = frozenset[Glyph]().union(*(font.glyphs_of(unit) for font in self._fonts))
            self._known[unit] = known
        return glyph in known


def open_approved(files: Sequence[tuple[Path, str]]) -> ApprovedFonts:
    """Open the approved fonts.

    Args:
        files: each file with the SHA-256 (hex) that was approved.

    Raises:
        ValueError: a file cannot be read, or is another one than was approved.

    """
    fonts: list[ApprovedFont] = []
    for path, digest in files:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ValueError(f"{path}: cannot be read: {error.strerror}") from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"{path}: is another file than the approved font: put that one back")
        fonts.append(ApprovedFont(data))
    return ApprovedFonts(fonts)

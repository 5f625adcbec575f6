"""fontTools, which has no types, behind the few typed functions that reading back needs."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Protocol, cast

from fontTools.cffLib import CFFFontSet  # pyright: ignore[reportMissingTypeStubs]
from fontTools.pens.recordingPen import (  # pyright: ignore[reportMissingTypeStubs]
    RecordingPen,
)
from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingTypeStubs]

SCALE = [0.001, 0, 0, 0.001, 0, 0]
"""A thousand units an em, as CFF fonts have unless they say otherwise."""
_SAME = [1, 0, 0, 1, 0, 0]
_SINGLE, _EXTENSION = 1, 7


class Program(Protocol):
    """A glyph's program in a CFF font."""

    bytecode: bytes | None


class CffFont:
    """A CFF font on its own, as PDF documents embed it."""

    def __init__(self, data: bytes) -> None:
        fonts: Any = CFFFontSet()
        fonts.decompile(BytesIO(data), None)
        self._top: Any = fonts.topDictIndex[0]
        dictionaries: Any = getattr(self._top, "FDArray", ())
        self.scale: list[float] = list(getattr(self._top, "FontMatrix", SCALE))
        if any(
            list(getattr(one, "FontMatrix", _SAME)) not in (_SAME, SCALE) for one in dictionaries
        ):
            self.scale = []
        self.by_cid: bool = hasattr(self._top, "ROS")
        self.has_subroutines: bool = len(fonts.GlobalSubrs) > 0 or any(
            len(getattr(one.Private, "Subrs", ())) for one in dictionaries
        )

    def program(self, name: str) -> Program | None:
        """Return a glyph's program; None: no such glyph."""
        programs = self._top.CharStrings
        return cast("Program", programs[name]) if name in programs.charStrings else None


class FontFile:
    """A font file."""

    def __init__(self, data: bytes) -> None:
        self._font: Any = TTFont(BytesIO(data), lazy=True)
        self.is_cff: bool = "CFF " in self._font

    def characters(self) -> Mapping[int, str]:
        """Return the glyph names of all characters."""
        return cast("Mapping[int, str]", self._font.getBestCmap())

    def sequences(self) -> Mapping[int, Mapping[int, str | None]]:
        """Return glyph names by selector and character; None: the character's own glyph."""
        tables = self._font["cmap"].tables
        return {
            int(selector): dict(pairs)
            for table in tables
            if table.format == 14
            for selector, pairs in table.uvsDict.items()
        }

    def forms(self, features: frozenset[str]) -> Mapping[str, set[str]]:
        """Return the glyphs that these features put in a glyph's place, one for one."""
        forms: dict[str, set[str]] = {}
        if "GSUB" not in self._font:
            return forms
        table = self._font["GSUB"].table
        records = table.FeatureList.FeatureRecord
        wanted = [one.Feature for one in records if one.FeatureTag in features]
        for number in {int(number) for one in wanted for number in one.LookupListIndex}:
            for one in table.LookupList.Lookup[number].SubTable:
                single = one.ExtSubTable if one.LookupType == _EXTENSION else one
                if single.LookupType == _SINGLE:
                    for before, after in single.mapping.items():
                        forms.setdefault(before, set()).add(after)
        return forms

    def advance(self, name: str) -> int:
        """Return a glyph's advance in thousandths of an em."""
        return round(int(self._font["hmtx"][name][0]) * 1000 / int(self._font["head"].unitsPerEm))

    def number(self, name: str) -> int:
        """Return a glyph's number."""
        return int(self._font.getGlyphID(name))

    def program(self, name: str) -> Program:
        """Return a glyph's program; the font must be a CFF one."""
        return cast("Program", self._font["CFF "].cff.topDictIndex[0].CharStrings[name])


def drawn_by(program: Program) -> str:
    """Return the steps of the outline that a program draws, as text."""
    pen: Any = RecordingPen()
    cast("Any", program).draw(pen)
    return ";".join(f"{step} {points}" for step, points in pen.value)

"""One approved font: which characters it draws, each in its own form."""

import re
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Protocol, cast
from unicodedata import category

import typst
from fontTools.ttLib import (  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
    TTFont,
    TTLibError,
)
from pylopdf_fonts_jp import serif_path

_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_UNIT = re.compile(f".[{_SELECTORS}]?", re.DOTALL)
_NOT_ALONE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Mn", "Mc", "Me"}
"""Control characters, private use (in another city the same code is another character), and marks
that change the character before them."""

_UNUSUAL = frozenset(map(chr, (*range(0x2000, 0x200B), *range(0x2E80, 0x2FE0))))
"""Spaces of other scripts, and radicals."""
_SEQUENCES = 14
"""Format of the part of a font's table that lists variation sequences."""

DEFAULT_FONT = serif_path()
DEFAULT_DIGEST = "2c9a12dbd4f2408c4610c7ee84a108b62d7236c3775baed618c64d9cb44b2f04"
"""SHA-256 of its file, in hex, approved with this build: one that was replaced afterwards (domain
F9) is refused."""


@dataclass(frozen=True)
class Font:
    """A font that certificates may be printed with."""

    path: Path
    family: str
    """As templates name it."""
    digest: str
    """SHA-256 of the file, in hex."""
    drawable: frozenset[str] = field(repr=False)
    """Characters, and sequences of a character and a variation selector (異体字セレクタ)."""
    respelled: dict[str, str] = field(repr=False, hash=False, compare=False)
    """Those of them that draw just what another one draws, each with that one."""
    widths: dict[str, float] = field(repr=False, hash=False, compare=False)
    """Of each character, in em."""
    named_glyphs: dict[str, str] = field(repr=False, hash=False, compare=False)
    """What is drawn by a glyph of a name like mj026204, as a sequence where there is one."""

    def draws(self, text: str) -> bool:
        """Return whether it draws all of a text exactly."""
        return self.drawable.issuperset(units(text))

    def width_of(self, text: str) -> float:
        """Return how wide a text of drawable characters is in one line, in em."""
        return sum(self.widths.get(character, 0) for character in text)

    def as_drawn(self, text: str) -> str:
        """Return the text with one spelling for each glyph.

        A finished PDF tells of each glyph one character: of 渡邊 the one with a selector that
        changes nothing and the one without cannot be told apart on paper, nor can 〜 and ～.
        """
        if self.respelled.keys().isdisjoint(units(text)):
            return text
        parts: list[str] = _UNIT.findall(text)
        return "".join(self.respelled.get(one, one) for one in parts)


def units(text: str) -> set[str]:
    """Return the characters of a text, each with the variation selector after it."""
    return set(_UNIT.findall(text))


@cache
def open_font(path: Path) -> Font:
    """Return the font of a file.

    Raises:
        ValueError: no font, or one that cannot be told from another in its folder.

    """
    path = path.resolve()
    try:
        data = path.read_bytes()
        with TTFont(BytesIO(data), lazy=True) as file:
            tables = cast("_Cmap", file["cmap"])
            glyphs, sequences = _alone(tables.getBestCmap() or {}), _sequences(tables)
            advances, em = cast("_Metrics", file["hmtx"]).metrics, cast("_Head", file["head"])
            widths = {one: advances[name][0] / em.unitsPerEm for one, name in glyphs.items()}
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from None
    except (TTLibError, KeyError) as error:
        raise ValueError(f"{path}: is no font with a table of characters: {error}") from None
    drawn = {text: name or glyphs[text[0]] for text, name in sequences if text[0] in glyphs}
    of_glyphs = glyphs | drawn
    return Font(
        path=path,
        family=_family(path),
        digest=sha256(data).hexdigest(),
        drawable=frozenset(of_glyphs),
        respelled=_respelled(of_glyphs),
        widths=widths,
        named_glyphs={name: text for text, name in (glyphs | drawn).items()},
    )


class _Cmap(Protocol):
    """The table of characters, as fontTools gives it."""

    tables: "list[_CmapTable]"

    def getBestCmap(self) -> dict[int, str] | None:  # noqa: N802  (fontTools' name)
        """Return the glyph of each code point."""
        ...


class _Metrics(Protocol):
    metrics: dict[str, tuple[int, int]]


class _Head(Protocol):
    unitsPerEm: int  # noqa: N815  (fontTools' name)


class _CmapTable(Protocol):
    format: int
    uvsDict: dict[int, list[tuple[int, str | None]]]  # noqa: N815  (fontTools' name)


def _alone(cmap: dict[int, str]) -> dict[str, str]:
    of_text = {chr(code): glyph for code, glyph in cmap.items() if glyph != ".notdef"}
    return {one: glyph for one, glyph in of_text.items() if category(one) not in _NOT_ALONE}


def _sequences(cmap: _Cmap) -> list[tuple[str, str | None]]:
    """Return each sequence with its glyph; None: the one of the character alone."""
    return [
        (chr(base) + chr(selector), glyph)
        for table in cmap.tables
        if table.format == _SEQUENCES
        for selector, entries in table.uvsDict.items()
        for base, glyph in entries
    ]


def _respelled(glyphs: dict[str, str]) -> dict[str, str]:
    first: dict[str, str] = {}
    for text in sorted(glyphs, key=_usual_first):
        first.setdefault(glyphs[text], text)
    return {text: first[name] for text, name in glyphs.items() if first[name] != text}


def _usual_first(text: str) -> tuple[int, bool, str]:
    """Put characters before sequences, and kanji before the radicals that look like them."""
    return len(text), text[0] in _UNUSUAL, text


def _family(path: Path) -> str:
    """Return the family's name as Typst reads it, which takes whole folders of fonts."""
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[path.parent]
    ).fonts()
    families = [one.family for one in found if one.path and Path(one.path) == path]
    if len(families) != 1:
        raise ValueError(f"{path}: cannot be read as one font")
    if [one.family for one in found].count(families[0]) > 1:
        raise ValueError(f"{path}: another font of this family is in its folder: move it away")
    return families[0]

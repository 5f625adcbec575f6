"""Whether a page shows what its text says: nothing hidden or covered, nothing drawn beside it.

The page is drawn twice: as it is, and with its text alone, forced black. Where a character stands
both must be the same and have ink; elsewhere there may be long lines and pictures.
"""

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from ctypes import POINTER, c_double, c_ushort, create_string_buffer
from ctypes import cast as cast_pointer
from dataclasses import dataclass
from typing import Any, Self, cast

import pypdfium2.raw  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
from PIL import Image, ImageChops, ImageDraw

from checker.evidence.pictures import drawn_digest

pdfium: Any = pypdfium2.raw
_SCALE = 1.25
"""Dots a point: what has to be the same may be coarse."""
_FAINT, _INK, _SAME = 225, 160, 16
"""Grey that a hyphen is darker than, that ink is, and by which two drawings may differ."""
_THIN_PT, _LEVEL_PT, _UPRIGHT_PT, _SMALLEST_PT = 2, 80, 15, 5
"""A line is so thin, and so long, that it is no stroke of a character; text is no smaller."""
_DEPTH, _CLOSE = 5, 3
_SPECIMEN, _SPECIMEN_PT = "見本", 100
"""What test papers say across each page; no certificate has letters of that height."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Look:
    """What is to be seen on one page."""

    wrong: tuple[str, ...]
    """In words, without any value."""
    pictures: tuple[str, ...]
    """Digests of its pictures."""
    says_test: bool = False
    """Whether it says 見本 so largely that nobody overlooks it; that is looked at no further."""


@dataclass(frozen=True)
class _Character:
    """Where a character stands."""

    ink: Box
    """Around what is drawn."""
    place: Box
    """As high as its line, and a dot more on each side."""
    readable: bool


def look_at(page: Any, text: Any) -> Look:  # noqa: ANN401 (objects of pypdfium2, without types)
    """Look at a page and its text. The page is spoiled by that: only text is left, in black."""
    things, specimens = _parted(page.get_objects(max_depth=_DEPTH), text)
    for one in specimens:
        pdfium.FPDFPageObj_SetIsActive(one, False)  # noqa: FBT003 (a function of C)
    characters = list(_characters(page, text))
    pictures = [one for one in things if one.type == pdfium.FPDF_PAGEOBJ_IMAGE]
    scale = _Scale.of(page)
    others = [scale.dots(*one.get_bounds()) for one in things if _is_line(one) or one in pictures]
    wrong = list(_strange(page, things))
    shown = _drawn(page)
    _leave_text_in_black(things)
    wrong += _misread(shown, _drawn(page), characters)
    wrong += _beside(shown, characters, others)
    digests = tuple(map(drawn_digest, pictures))
    return Look(tuple(dict.fromkeys(wrong)), digests, bool(specimens))


def _parted(objects: Iterable[Any], text: Any) -> tuple[list[Any], list[Any]]:  # noqa: ANN401 (as above)
    """Return the things on a page, and apart from them each large 見本."""
    things: list[Any] = []
    specimens: list[Any] = []
    for one in objects:
        (specimens if _is_specimen(one, text) else things).append(one)
    if specimens:  # it is laid under the page as a form, whose parts are looked at one by one
        things = [one for one in things if one.type != pdfium.FPDF_PAGEOBJ_FORM]
    return things, specimens


def _is_specimen(thing: Any, text: Any) -> bool:  # noqa: ANN401 (as above)
    if thing.type != pdfium.FPDF_PAGEOBJ_TEXT:
        return False
    _, bottom, _, top = thing.get_bounds()
    if top - bottom < _SPECIMEN_PT:
        return False
    said = create_string_buffer(64)
    length = pdfium.FPDFTextObj_GetText(
        thing, text, cast_pointer(said, POINTER(c_ushort)), len(said)
    )
    return said.raw[: max(0, length - 2)].decode("utf-16-le", "replace") == _SPECIMEN


def _strange(page: Any, things: Sequence[Any]) -> Iterator[str]:  # noqa: ANN401 (as above)
    if pdfium.FPDFPage_GetAnnotCount(page):
        yield "it has annotations"
    text_or_picture = (pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_IMAGE)
    if any(one.type not in text_or_picture and not _is_line(one) for one in things):
        yield "something is drawn that is no text, line or picture"


def _misread(
    shown: Image.Image, meant: Image.Image, characters: Sequence[_Character]
) -> Iterator[str]:
    """Find text that is not to be seen as it is read."""
    if not all(one.readable and _inside(one.ink, shown) for one in characters):
        yield "text is too small, off the page, or means no character"
    elif any(_darkest(meant, one.ink) > _FAINT for one in characters):
        yield "text leaves no ink"
    places = _mask(shown, _joined(one.place for one in characters))
    if _greys(ImageChops.darker(ImageChops.difference(shown, meant), places))[1] > _SAME:
        yield "text is covered, crossed out, pale or invisible"
    cores = [_core(one.ink) for one in characters]
    area = sum((right - left) * (bottom - top) for left, top, right, bottom in cores)
    if _mask(shown, cores).histogram()[255] < area:
        yield "text is drawn upon text"


def _beside(
    shown: Image.Image, characters: Sequence[_Character], others: Sequence[Box]
) -> Iterator[str]:
    """Find ink where there is no text, line or picture."""
    known = _mask(shown, [*_joined(one.place for one in characters), *map(_wider, others)])
    if _greys(ImageChops.lighter(shown, known))[0] < _INK:
        yield "there is ink that is no text, line or picture"


def _greys(picture: Image.Image) -> tuple[int, int]:
    """Return the darkest and the lightest grey."""
    return cast("tuple[int, int]", picture.getextrema())


def _darkest(picture: Image.Image, box: Box) -> int:
    """Return the darkest grey of a part; by Pillow's core, as it is asked of each character."""
    core: Any = picture.im
    return core.crop(box).getextrema()[0]


def _joined(places: Iterable[Box]) -> Iterator[Box]:
    """Join those that follow each other closely on a line: there are five times fewer then."""
    line: Box | None = None
    for place in places:
        if line is None:
            line = place
        elif line[1::2] == place[1::2] and place[0] - line[0] >= 0 and place[0] - line[2] <= _CLOSE:
            line = line[0], line[1], max(line[2], place[2]), line[3]
        else:
            yield line
            line = place
    if line is not None:
        yield line


def _mask(like: Image.Image, boxes: Iterable[Box]) -> Image.Image:
    """Return a picture that is white in boxes alone."""
    mask = Image.new("L", like.size)
    fill = ImageDraw.Draw(mask).rectangle
    for left, top, right, bottom in boxes:
        fill((left, top, right - 1, bottom - 1), 255)
    return mask


def _characters(page: Any, text: Any) -> Iterator[_Character]:  # noqa: ANN401 (as above)
    scale = _Scale.of(page)
    # pypdfium2's own function makes these anew for each character, which takes twice the time.
    edges, loose, first = [c_double() for _ in range(4)], pdfium.FS_RECTF(), 0
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:
            first = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((first - 0xD800) << 10) + (code - 0xDC00)
        if (
            _has_no_ink(chr(code))
            or _is_of_specimen(text, index, code, loose)
            or pdfium.FPDFText_IsGenerated(text, index) == 1
        ):
            continue
        pdfium.FPDFText_GetCharBox(text, index, *edges)
        pdfium.FPDFText_GetLooseCharBox(text, index, loose)
        left, right, bottom, top = (edge.value for edge in edges)
        low, high = loose.bottom, loose.top
        ink = scale.dots(left, bottom, right, top)
        line = scale.dots(left, min(bottom, low), right, max(top, high))
        meant = code not in (0, 0xFFFD, 0xFFFE, 0xFFFF)
        readable = meant and high - low >= _SMALLEST_PT and left < right
        yield _Character(ink, _wider(line), readable)


def _is_of_specimen(text: Any, index: int, code: int, loose: Any) -> bool:  # noqa: ANN401 (as above)
    if chr(code) not in _SPECIMEN:
        return False
    pdfium.FPDFText_GetLooseCharBox(text, index, loose)
    return loose.top - loose.bottom >= _SPECIMEN_PT


def _has_no_ink(character: str) -> bool:
    """Tell whether a character is white space, or only says how another one is drawn."""
    return character.isspace() or unicodedata.category(character) in ("Mn", "Cf")


def _is_line(thing: Any) -> bool:  # noqa: ANN401 (as above)
    if thing.type != pdfium.FPDF_PAGEOBJ_PATH:
        return False
    left, bottom, right, top = thing.get_bounds()
    wide, high = right - left, top - bottom
    level = high <= _THIN_PT and wide >= _LEVEL_PT
    upright = wide <= _THIN_PT and high >= _UPRIGHT_PT
    return level or upright


def _leave_text_in_black(things: Sequence[Any]) -> None:
    for one in things:
        if one.type == pdfium.FPDF_PAGEOBJ_TEXT:
            pdfium.FPDFPageObj_SetFillColor(one, 0, 0, 0, 255)
            pdfium.FPDFTextObj_SetTextRenderMode(one, pdfium.FPDF_TEXTRENDERMODE_FILL)
        else:
            pdfium.FPDFPageObj_SetIsActive(one, False)  # noqa: FBT003 (a function of C)


def _drawn(page: Any) -> Image.Image:  # noqa: ANN401 (as above)
    return page.render(scale=_SCALE, grayscale=True).to_pil().copy()


@dataclass(frozen=True)
class _Scale:
    """From points, up from below, to dots, down from above: a page is drawn on whole dots."""

    height: float
    across: float
    down: float

    @classmethod
    def of(cls, page: Any) -> Self:  # noqa: ANN401 (as above)
        wide, high = page.get_size()
        across, down = math.ceil(wide * _SCALE) / wide, math.ceil(high * _SCALE) / high
        return cls(high, across, down)

    def dots(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return the dots that a place has a part of."""
        return (
            math.floor(left * self.across),
            math.floor((self.height - top) * self.down),
            math.ceil(right * self.across),
            math.ceil((self.height - bottom) * self.down),
        )


def _inside(box: Box, picture: Image.Image) -> bool:
    return min(box) >= 0 and box[2] <= picture.width and box[3] <= picture.height


def _core(box: Box) -> Box:
    """Return the inner half of a box, at least a dot."""
    left, top, right, bottom = box
    across, down = (right - left) // 4, (bottom - top) // 4
    return left + across, top + down, right - across, bottom - down


def _wider(box: Box) -> Box:
    left, top, right, bottom = box
    return left - 1, top - 1, right + 1, bottom + 1

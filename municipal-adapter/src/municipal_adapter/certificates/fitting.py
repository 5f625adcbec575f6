"""Fitting the values of a certificate into the form: in smaller print, or not at all."""

from collections.abc import Iterator
from unicodedata import east_asian_width

from municipal_adapter.certificates.font import Font
from municipal_adapter.certificates.form import Place
from municipal_adapter.certificates.unprintable import TextTooLong

_NOT_LAST = frozenset("（〔［｛〈《「『【([{")
"""Characters that no line ends with (行末禁則)."""
_NOT_FIRST = frozenset(
    (
        *"ーぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ々〻ヽヾゝゞ゛゜",
        *"、。，．・：；？！‐–〜゠）〕］｝〉》」』】)]},.:;!?%％°′″℃",
        *map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))),
    )
)
"""Characters that no line begins with (行頭禁則), and variation selectors."""


def fitting_size(text: str, place: Place, font: Font) -> float:
    """Return the largest size, in points, in which a text fits into its place.

    Raises:
        TextTooLong: there is none.

    """
    if font.width_of(text) * place.sizes[0] <= place.width:
        return place.sizes[0]  # as almost every text does
    pieces = [(piece, font.width_of(piece)) for piece in _unbroken(text)]
    for size in place.sizes:
        if _fits(pieces, place.width / size, place.lines):
            return size
    raise TextTooLong("a record holds a text that is longer than its place on the form")


def _fits(pieces: list[tuple[str, float]], width: float, lines: int) -> bool:
    """Return whether the pieces, their widths in em, take no more than so many lines."""
    used, line = 0.0, 1
    for piece, wide in pieces:
        if wide > width and not piece.isspace():
            return False
        if used + wide > width and not piece.isspace():
            used, line = 0.0, line + 1
        used += wide
    return line <= lines


def _unbroken(text: str) -> Iterator[str]:
    """Yield the parts of a text between which a line may end: words in Latin letters, kanji."""
    start = 0
    for place in range(1, len(text)):
        if _may_break(text[place - 1], text[place]):
            yield text[start:place]
            start = place
    yield text[start:]


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST:
        return False  # not even after a space
    if before.isspace() or after.isspace():
        return True
    if before in _NOT_LAST:
        return False
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return east_asian_width(character) in "WF"

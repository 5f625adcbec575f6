"""Fitting the values of a certificate into the form: in smaller print, or not at all."""

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

from municipal_adapter.certificates.font import Font
from municipal_adapter.certificates.form import Place
from municipal_adapter.certificates.unprintable import TextTooLong

_OPENING = "（〔［｛〈《「『【([{"
_NOT_FIRST = (
    "ーぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿ々〻ヽヾゝゞ゛゜"
    "、。，．・：；？！‐–〜゠）〕］｝〉》」』】)\\]},.:;!?%％°′″℃"
)
"""Characters that no line begins with (行頭禁則): they keep to what is before them."""
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_TOKEN = re.compile(rf"\s+|[{re.escape(_OPENING)}]*[^\s][{_SELECTORS}]?[{_NOT_FIRST}]*")


def fitting_size(text: str, place: Place, font: Font) -> float:
    """Return the largest size, in points, in which a text fits into its place.

    Raises:
        TextTooLong: there is none.

    """
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
    word = ""
    for token in _TOKEN.findall(text):
        narrow = not token.isspace() and all(east_asian_width(one) not in "WF" for one in token)
        if word and not narrow:
            yield word
            word = ""
        if narrow:
            word += token
        else:
            yield token
    if word:
        yield word

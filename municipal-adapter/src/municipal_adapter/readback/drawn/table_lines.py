"""Whether the lines of a page are those of tables, and can be no stroke of a character.

A line is compared with no record. So what it may be is said here: a rule much longer than any
character is wide, that goes past the whole of a text and stays clear of it, or an upright one from
one such rule to another, with room for a cell beside it. Nothing else may be drawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from municipal_adapter.readback.drawn.marks import Box, overlap
from municipal_adapter.readback.mismatch import ReadBackMismatch

_POINTS = 72 / 25.4
"""Points a millimetre."""
_MOST_LINES = 1000
"""On a page, before those that touch are joined; ten persons with all items take 70."""
_SHORTEST, _SHORTEST_EMS = 30 * _POINTS, 4
"""Of a level line: in points, and in ems of the largest text of the page."""
_ROW, _COLUMN = 2 * _POINTS, 8 * _POINTS
"""Points at least between two lines, one above or beside the other."""
_ABOVE, _BESIDE = 0.2, 0.3
"""Of the em: how far a line stays from text."""
_NEAR = 1.5
"""Of the em: a level line this near to a text goes along the whole of it."""
_LOOSE = 0.6
"""Of the em: how far such a text may stand out, as half of a bracket's square is empty."""
_FROM_PICTURE = 1 * _POINTS
_SAME = 1.0
"""Points: lines that differ by less are one, as tables beside each other share a border."""
_TOUCHES = 0.5
"""Points between two lines in a row that are one."""
_MEETS = 1.5
"""Points: how far from each other the middles of two lines that meet may end."""


@dataclass(frozen=True)
class Text:
    """The place of a text that is read in one go: a label, a value, a word of the form."""

    box: Box
    em: float


@dataclass(frozen=True)
class _Rule:
    """Lines that touch each other in a row, as one; seen along it, whichever way it runs."""

    at: float
    start: float
    end: float
    half: float
    """Of its thickness."""


def check_table_lines(lines: Sequence[Box], texts: Sequence[Text], pictures: Sequence[Box]) -> None:
    """Pass if nothing but the lines of tables is drawn.

    Args:
        lines: of a page, each with its thickness.
        texts: all of the page.
        pictures: their places.

    Raises:
        ReadBackMismatch: a line could be read as a part of something.

    """
    if len(lines) > _MOST_LINES:
        raise ReadBackMismatch("more lines than the tables of any certificate have")
    level = [_Rule((b + t) / 2, x, r, (t - b) / 2) for x, b, r, t in lines if r - x >= t - b]
    upright = [_Rule((x + r) / 2, b, t, (r - x) / 2) for x, b, r, t in lines if r - x < t - b]
    rows, columns = list(_joined(level)), list(_joined(upright))
    for text in texts:
        _check_clear(text, rows, columns)
    _check_rows(rows, max((text.em for text in texts), default=0))
    _check_columns(columns, rows)
    for line in lines:
        if any(overlap(line, _grown(box, _FROM_PICTURE, _FROM_PICTURE)) for box in pictures):
            raise ReadBackMismatch("a line at a picture")


def _joined(rules: Sequence[_Rule]) -> Iterator[_Rule]:
    """Yield the lines with those that go on one another as one."""
    waiting = sorted(rules, key=lambda rule: rule.at)
    while waiting:
        first = waiting[0].at
        beside = [rule for rule in waiting if rule.at - first <= _SAME]
        waiting = waiting[len(beside) :]
        beside.sort(key=lambda rule: rule.start)
        one = beside[0]
        for other in beside[1:]:
            if other.start <= one.end + _TOUCHES:
                half = max(one.half, other.half) + abs(one.at - other.at)
                one = _Rule(one.at, one.start, max(one.end, other.end), half)
            else:
                yield one
                one = other
        yield one


def _check_rows(rows: Sequence[_Rule], largest_em: float) -> None:
    shortest = max(_SHORTEST, _SHORTEST_EMS * largest_em)
    if any(row.end - row.start < shortest for row in rows):
        raise ReadBackMismatch("a line so short that it could be a stroke")
    if not _are_apart(rows, _ROW):
        raise ReadBackMismatch("lines with no room for text between them")


def _check_columns(columns: Sequence[_Rule], rows: Sequence[_Rule]) -> None:
    for column in columns:
        for end in (column.start, column.end):
            if not any(abs(row.at - end) <= _MEETS and _reaches(row, column.at) for row in rows):
                raise ReadBackMismatch("an upright line that ends at no level one")
    if not _are_apart(columns, _COLUMN):
        raise ReadBackMismatch("upright lines with no room for a cell between them")


def _reaches(row: _Rule, x: float) -> bool:
    return row.start - _MEETS <= x <= row.end + _MEETS


def _are_apart(rules: Sequence[_Rule], least: float) -> bool:
    ordered = sorted(rules, key=lambda rule: rule.at)
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.at - one.at >= least:
                break
            if one.start < other.end and other.start < one.end:
                return False
    return True


def _check_clear(text: Text, rows: Sequence[_Rule], columns: Sequence[_Rule]) -> None:
    left, bottom, right, top = _grown(text.box, _BESIDE * text.em, _ABOVE * text.em)
    for column in columns:
        elsewhere = column.end <= bottom or top <= column.start
        if not elsewhere and left < column.at + column.half and column.at - column.half < right:
            raise ReadBackMismatch("a line through text")
    for row in rows:
        if row.end <= left or right <= row.start:
            continue
        if bottom < row.at + row.half and row.at - row.half < top:
            raise ReadBackMismatch("a line through text")
        gap = max(row.at - text.box[3], text.box[1] - row.at)
        if gap < _NEAR * text.em and not _goes_along(row, text):
            raise ReadBackMismatch("a line along a part of a text")


def _goes_along(row: _Rule, text: Text) -> bool:
    loose = _LOOSE * text.em
    return row.start - loose <= text.box[0] and text.box[2] <= row.end + loose


def _grown(box: Box, across: float, up: float) -> Box:
    left, bottom, right, top = box
    return left - across, bottom - up, right + across, top + up

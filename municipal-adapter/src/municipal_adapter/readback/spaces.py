"""Whether a value has white space on the paper where the record has it, and nowhere else.

SMITHJON ATHANEDWARD is not SMITH JONATHAN EDWARD, and 2 4番 is not 24番, though all letters are
there.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from enum import Enum
from itertools import accumulate

from municipal_adapter.readback.drawn.marks import Run
from municipal_adapter.readback.line import Line
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page, without_space

_SEEN = 0.15
"""Of the em: the distance from which two characters look apart. The narrowest space has more, what
moves letters of one word less."""
_LEVEL = 0.15
"""Of the em: how far lines may reach into each other (`drawn.order`)."""


class _Apart(Enum):
    SPACE, LINE = "on a line", "on two lines"


def check_spaces(page: Page, number: int, lines: Iterable[tuple[int, Line]]) -> None:
    """Pass if the values on a page are spaced as in the record.

    A line may break anywhere. Between a wide character and a Latin letter or digit, which many
    programs set a little apart, white space may be more than in the record, but not less.

    Args:
        page: as read.
        number: of the page.
        lines: that stand on it, and where in its text each begins.

    Raises:
        ReadBackMismatch: white space too much or too little.

    """
    apart = _apart(page.runs)
    places = sorted(apart)
    for begin, line in lines:
        for place, value in line.values:
            first = begin + place
            wanted = _white_in(value, first)
            end = first + len(without_space(value))
            found = places[bisect_right(places, first) : bisect_left(places, end)]
            if not wanted <= set(found):
                raise ReadBackMismatch(f"page {number}: white space left out of a value")
            for one in found:
                if one not in wanted and not _may_be_apart(page.text, one, apart[one]):
                    raise ReadBackMismatch(f"page {number}: white space in a value")


def _white_in(value: str, first: int) -> set[int]:
    """Return the places before which the record has white space, counted from its first one."""
    if len(words := value.split()) < 2:
        return set()
    return set(accumulate((len(word) for word in words[1:-1]), initial=first + len(words[0])))


def _may_be_apart(text: str, place: int, how: _Apart) -> bool:
    return how is _Apart.LINE or _is_latin_beside_wide(text, place)


def _is_latin_beside_wide(text: str, place: int) -> bool:
    before = place - 1
    while before and unicodedata.category(text[before]) == "Mn":  # a selector says nothing
        before -= 1
    return {_is_latin(text[before]), _is_latin(text[place])} == {True, False} and (
        _is_wide(text[before]) or _is_wide(text[place])
    )


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _is_latin(character: str) -> bool:
    return character.isalnum() and not _is_wide(character)


def _apart(runs: Iterable[Run]) -> dict[int, _Apart]:
    """Return where characters look apart from the one before, by their places in the text."""
    found: dict[int, _Apart] = {}
    place, last, end = 0, None, 0.0
    for run in runs:
        length = len(without_space(run.text))
        if not length:
            continue
        begin = after = 0.0
        for inner, ems in run.distances:
            if inner == 0:
                begin = ems
            elif inner == length:
                after = ems
            elif ems > _SEEN:
                found[place + inner] = _Apart.SPACE
        if last is not None and (how := _between(last, run, end, begin)):
            found[place] = how
        place, last, end = place + length, run, after
    return found


def _between(one: Run, other: Run, end: float, begin: float) -> _Apart | None:
    """Return how runs are apart of which one ends and the other begins with white space, if so."""
    if other.box[3] <= one.box[1] + _LEVEL * min(one.size, other.size):
        return _Apart.LINE
    wide, others = one.size * one.narrow, other.size * other.narrow
    points = other.box[0] - one.box[2] + end * wide + begin * others
    return _Apart.SPACE if points > _SEEN * min(wide, others) else None

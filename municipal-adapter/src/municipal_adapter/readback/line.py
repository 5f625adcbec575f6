"""A line that a paper must have: words of its form, and values of the record between them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from municipal_adapter.readback.page import without_space


@dataclass(frozen=True, slots=True)
class Line:
    """What stands on the paper."""

    text: str = field(repr=False)
    """Without white space, as a form may space its words as it likes."""
    values: tuple[tuple[int, str], ...] = field(repr=False, default=())
    """Of the record, whose white space counts: where in the text each begins, and as it is."""


def line_of(*parts: tuple[str, str]) -> Line:
    """Return a line of words with a value after each; an empty one is none."""
    return Line(without_space("".join(map("".join, parts))), tuple(_values(parts)))


def _values(parts: Iterable[tuple[str, str]]) -> Iterable[tuple[int, str]]:
    place = 0
    for words, value in parts:
        place += len(without_space(words))
        if value:
            yield place, value
        place += len(without_space(value))

"""The marks that a page makes: runs of text, pictures, lines. Boxes are in points from below left.

Everything that could draw something else, or draw it unseen, is refused by its name: turned or
mirrored text, clipping, filled areas, curves, invisible rendering modes.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right and top."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that were shown in one go, one after the other on a line."""

    text: str = field(repr=False)
    box: Box
    size: float
    """Height of the em, in points."""
    dark: bool
    """Whether it can be seen on white paper."""
    narrow: float = 1.0
    """Width of the em, of its height: another in text that is condensed."""
    distances: tuple[tuple[int, float], ...] = ()
    """Where its characters are not close together: how many that are no white space come before,
    and the distance there, in ems of its width."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture on the page."""

    picture: str
    """What identifies it in its document."""
    box: Box
    upright: bool


@dataclass(slots=True)
class Marks:
    """Everything that a page draws, in the order of drawing."""

    runs: list[Run] = field(default_factory=list[Run])
    pictures: list[Placed] = field(default_factory=list[Placed])
    lines: list[Box] = field(default_factory=list[Box])
    """Each with its thickness."""


def box_of(x: float, y: float, other_x: float, other_y: float) -> Box:
    """Return the box with these two corners."""
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def overlap(one: Box, other: Box) -> bool:
    """Return whether two boxes share any area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def around(one: Box, other: Box) -> Box:
    """Return the smallest box that holds both."""
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )

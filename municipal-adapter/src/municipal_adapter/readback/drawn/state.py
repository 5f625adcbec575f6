"""The graphics state of a content stream, as far as our pages use it."""

from dataclasses import dataclass
from typing import TypeAlias

from municipal_adapter.readback.mismatch import ReadBackMismatch

Place: TypeAlias = tuple[float, float, float, float]
"""Scale to the right, scale upwards, and the origin: a matrix that turns nothing."""
START: Place = (1.0, 1.0, 0.0, 0.0)
_DARK = 0.45
"""Luminance from 0 to 1; anything lighter is hard to read or copy."""


@dataclass(slots=True)
class State:
    """What `q` keeps and `Q` brings back."""

    place: Place = START
    fill_dark: bool = True
    line_width: float = 1.0
    font: str = ""
    size: float = 0.0
    letter_space: float = 0.0
    stretch: float = 1.0

    def copy(self) -> "State":
        """Return the same state, to be changed apart."""
        return State(
            self.place,
            self.fill_dark,
            self.line_width,
            self.font,
            self.size,
            self.letter_space,
            self.stretch,
        )


def placed(matrix: tuple[float, ...], within: Place) -> Place:
    """Return a matrix's place within another.

    Raises:
        ReadBackMismatch: it turns or slants.

    """
    a, b, c, d, e, f = matrix
    if b or c:
        raise ReadBackMismatch("something turned or slanted")
    right, up, x, y = within
    return right * a, up * d, x + right * e, y + up * f


def is_dark(colour: tuple[float, ...]) -> bool:
    """Return whether a colour of 1 (grey), 3 (RGB) or 4 (CMYK) parts is seen on paper.

    Raises:
        ReadBackMismatch: another number of parts.

    """
    if any(not 0 <= part <= 1 for part in colour):
        raise ReadBackMismatch("a colour that there is not")
    if len(colour) == 1:
        return colour[0] <= _DARK
    if len(colour) == 3:
        red, green, blue = colour
        return 0.299 * red + 0.587 * green + 0.114 * blue <= _DARK
    if len(colour) == 4:
        return min(colour[:3]) + colour[3] >= 1 - _DARK
    raise ReadBackMismatch("a colour of another kind")

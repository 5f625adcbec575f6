"""Where a drawn page has ink."""

from typing import TypeAlias

from PIL import Image

_PAPER = 240
"""Out of 255: anything lighter is paper."""
_IS_INK = bytes(grey < _PAPER for grey in range(256))

Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the lower left corner of the page."""


class Ink:
    """The ink of a page that was drawn with one dot a point."""

    def __init__(self, drawn: Image.Image) -> None:
        self._width, self._height = drawn.size
        self._dots = drawn.convert("L").tobytes().translate(_IS_INK)

    def is_in(self, box: Box) -> bool:
        """Return whether there is any ink in the box; none outside the paper."""
        left, bottom, right, top = box
        first, last = max(0, int(left)), min(self._width, int(right) + 1)
        rows = range(max(0, int(self._height - top)), int(self._height - bottom) + 1)
        starts = (row * self._width for row in rows)
        return first < last and any(
            1 in self._dots[start + first : start + last] for start in starts
        )

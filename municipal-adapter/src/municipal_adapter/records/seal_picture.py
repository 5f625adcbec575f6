"""The picture of a registered seal (印影), which is printed in its real size or not at all."""

from municipal_adapter.pictures.picture_refused import PictureRefused
from municipal_adapter.pictures.solid_png import solid_png

SMALLEST_MM, LARGEST_MM = 6, 38
"""A side; the form has place for the largest, and a seal may be 8 to 25 mm as a rule."""
_LONGEST = 3
"""How many times as long as the other a side may be."""
_UNEVEN = 0.02
_LEAST_INK, _MOST_INK = 0.02, 0.9
"""Of the area. Our synthetic seals have 0.2 to 0.8, also those that are cut white on black; one of
8 mm in the middle of 25 mm of paper has 0.02 or more."""
_MM = 25.4


def seal_picture(png: bytes) -> bytes:
    """Return a seal's picture as it is printed: all sources of records ask here.

    Raises:
        PictureRefused: it cannot be printed as it is, or not in its real size.

    """
    solid = solid_png(png)
    width, height = solid.size
    if max(width, height) > _LONGEST * min(width, height):
        raise PictureRefused("is much longer than wide, or wider than long")
    if not _LEAST_INK <= solid.ink <= _MOST_INK:
        raise PictureRefused("shows no seal: it is empty, hardly to be seen, or black all over")
    if solid.dots_an_inch is None:
        raise PictureRefused("has no resolution, so that nobody knows the seal's real size")
    across, down = solid.dots_an_inch
    if min(across, down) <= 0 or abs(across - down) > _UNEVEN * down:
        raise PictureRefused("has a resolution of 0, or another one across than down")
    sides = width / across * _MM, height / down * _MM
    if not SMALLEST_MM <= min(sides) <= max(sides) <= LARGEST_MM:
        raise PictureRefused(
            f"is not {SMALLEST_MM} to {LARGEST_MM} mm a side by its pixels and resolution"
        )
    return solid.png

"""PNG pictures that are drawn as they are and read back: solid, and spelt plainly.

What transparency, 16 bits or a colour profile make of a picture differs from reader to reader; it
would part the printed picture from the record's: an alarm about a person who did nothing.
"""

from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from municipal_adapter.pictures.picture_refused import PictureRefused
from municipal_adapter.pictures.png_file import read_png

_OPAQUE = (255, 255)
_LIGHTEST_INK = 154
"""Luminance of 255: lighter ink is hard to see or copy; red seal ink has 60 to 130."""


@dataclass(frozen=True)
class SolidPng:
    """A picture that can be printed and read back."""

    png: bytes = field(repr=False)
    size: tuple[int, int]
    """Width and height in pixels."""
    dots_an_inch: tuple[float, float] | None
    """Across and down; None: it does not tell."""
    ink: float
    """The part of its area that is seen as ink on white paper."""


def solid_png(png: bytes) -> SolidPng:
    """Return a picture with the same pixels, spelt anew where it was not spelt plainly.

    Raises:
        PictureRefused: it is no whole PNG, not solid, of 16 bits, too small or too large.

    """
    file = read_png(png)
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as picture:
            picture.load()
            return _solid(picture, png if file.is_plain else None)
    except PictureRefused:
        raise
    except Exception:  # Pillow raises whatever its decoders happen to meet.
        raise PictureRefused("is damaged: its pixels cannot be read") from None


def _solid(picture: Image.Image, as_it_is: bytes | None) -> SolidPng:
    if getattr(picture, "is_animated", False):
        raise PictureRefused("has several pictures in it")
    dots: tuple[float, float] | None = picture.info.get("dpi")
    solid = picture
    if picture.mode not in ("1", "L", "P", "RGB") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        if seen.getchannel("A").getextrema() != _OPAQUE:
            raise PictureRefused("is transparent in places: give it a white ground")
        solid, as_it_is = seen.convert("RGB"), None
    return SolidPng(as_it_is or _spelt_anew(solid, dots), picture.size, dots, _ink(solid))


def _ink(picture: Image.Image) -> float:
    shades = picture.convert("L").histogram()
    return sum(shades[:_LIGHTEST_INK]) / sum(shades)


def _spelt_anew(picture: Image.Image, dots: tuple[float, float] | None) -> bytes:
    # Else Pillow would write the colour profile again.
    picture.info.clear()
    file = BytesIO()
    picture.save(file, "PNG", **({} if dots is None else {"dpi": dots}))
    return file.getvalue()

"""Pictures of fictitious registered seals (印影)."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageOps

from municipal_adapter.certificates.ink import draw_columns

SIZE = 320
"""Pixels a side: 13.5 mm at 600 dots an inch."""
_RING = 9


@cache
def seal_picture(text: str, size: tuple[int, int] = (SIZE, SIZE)) -> bytes:
    """Return a round or oval seal with the text, as PNG (8-bit grey, 600 dots an inch).

    Args:
        text: on the seal.
        size: width and height in pixels.

    """
    picture = Image.new("L", size, 255)
    width, height = size
    inner = int(width * 0.66), int(height * 0.66)
    corner = (width - inner[0]) // 2, (height - inner[1]) // 2
    picture.paste(draw_columns(inner, text), corner)
    ImageDraw.Draw(picture).ellipse((0, 0, width - 1, height - 1), outline=0, width=_RING)
    file = BytesIO()
    ImageOps.autocontrast(ImageOps.posterize(picture, 4)).save(
        file, "PNG", optimize=True, dpi=(600, 600)
    )
    return file.getvalue()

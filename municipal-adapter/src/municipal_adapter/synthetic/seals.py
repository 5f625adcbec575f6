"""Pictures of fictitious registered seals (印影)."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageOps

from municipal_adapter.certificates.ink import draw_columns

SIZE = 320
"""Pixels a side: 13.5 mm at 600 dots an inch."""
_RING = 9


@cache
def seal_picture(text: str) -> bytes:
    """Return a round seal with the text, as PNG (8-bit grey, 600 dots an inch)."""
    picture = Image.new("L", (SIZE, SIZE), 255)
    inner = int(SIZE * 0.66)
    corner = (SIZE - inner) // 2
    picture.paste(draw_columns((inner, inner), text), (corner, corner))
    edge = SIZE - 1
    ImageDraw.Draw(picture).ellipse((0, 0, edge, edge), outline=0, width=_RING)
    file = BytesIO()
    ImageOps.autocontrast(ImageOps.posterize(picture, 4)).save(
        file, "PNG", optimize=True, dpi=(600, 600)
    )
    return file.getvalue()

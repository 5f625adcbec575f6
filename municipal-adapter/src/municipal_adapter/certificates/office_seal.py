"""The official seal of a mayor (職印): square, red, the office's name in columns."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageOps

from municipal_adapter.certificates.ink import draw_columns

SIZE = 283
"""Pixels a side: 18 mm at 400 dots an inch; with 600 each certificate takes 1.5 ms more."""
_FRAME = 8
_SHADES = 16
RED = (190, 30, 40)


@cache
def office_seal(text: str) -> bytes:
    """Return the seal for a text like 市川市長之印, as PNG in few shades of red."""
    picture = Image.new("L", (SIZE, SIZE), 255)
    inner = SIZE - 4 * _FRAME
    picture.paste(draw_columns((inner, inner), text), (2 * _FRAME, 2 * _FRAME))
    ImageDraw.Draw(picture).rectangle((0, 0, SIZE - 1, SIZE - 1), outline=0, width=_FRAME)
    file = BytesIO()
    few_shades = ImageOps.autocontrast(ImageOps.posterize(picture, 4))
    red = ImageOps.colorize(few_shades, RED, "white").quantize(_SHADES)
    red.save(file, "PNG", optimize=True, dpi=(400, 400))
    return file.getvalue()

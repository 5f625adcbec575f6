"""Drawing characters into the columns of a seal."""

from math import ceil

from PIL import Image, ImageDraw, ImageFont, ImageOps
from pylopdf_fonts_jp import serif_path

_GLYPH = 200
"""Pixels an em while a character is drawn; it is then fitted into its cell."""


def draw_columns(size: tuple[int, int], text: str) -> Image.Image:
    """Return the text in columns from right to left, as on seals: black on white, 8 bits."""
    columns = 1 if len(text) <= 3 else ceil(len(text) ** 0.5)
    rows = ceil(len(text) / columns)
    width, height = size[0] // columns, size[1] // rows
    picture = Image.new("L", size, 255)
    for place, character in enumerate(text):
        column, row = divmod(place, rows)
        cell = _character(character, (width - 4, height - 4))
        picture.paste(cell, (size[0] - (column + 1) * width + 2, row * height + 2))
    return picture


def _character(character: str, size: tuple[int, int]) -> Image.Image:
    font = ImageFont.truetype(serif_path(), _GLYPH)
    picture = Image.new("L", (2 * _GLYPH, 2 * _GLYPH), 255)
    draw = ImageDraw.Draw(picture)
    draw.text((_GLYPH // 2, 0), character, font=font, fill=0, stroke_width=5)
    ink = ImageOps.invert(picture).getbbox() or (0, 0, _GLYPH, _GLYPH)
    return picture.transform(size, Image.Transform.EXTENT, ink, Image.Resampling.BICUBIC)

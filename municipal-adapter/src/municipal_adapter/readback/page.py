"""What a finished PDF holds, as another program reads it: text, fonts, pictures, ink."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import pypdfium2.raw as pdfium  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
from PIL import Image, ImageChops

from municipal_adapter.certificates.pdfium import open_pdf
from municipal_adapter.readback.shapes import PageObject, PdfPage, TextPage

_DOTS_A_POINT = 1
"""Enough to see whether a character of 7 points left ink."""
_INK = 15
"""Out of 255: anything fainter is paper."""


@dataclass(frozen=True)
class Page:
    """One page."""

    text: str = field(repr=False)
    """Without white space."""
    fonts_embedded: bool
    pictures: tuple[Image.Image, ...] = field(repr=False)
    """In red, green and blue."""
    undrawn_characters: int
    """Characters in the text that leave no ink where they should be."""


def read_pages(pdf: bytes) -> list[Page]:
    """Return the pages of a document."""
    with open_pdf(pdf) as document:
        return [_read_page(cast("PdfPage", document[number])) for number in range(len(document))]


def without_space(text: str) -> str:
    """Return the text without white space, as line breaks and letter spacing must not count."""
    return "".join(text.split())


def _read_page(page: PdfPage) -> Page:
    text_page = page.get_textpage()
    objects = list(page.get_objects())
    return Page(
        text=without_space(text_page.get_text_range()),
        fonts_embedded=all(_font_embedded(one) for one in objects),
        pictures=tuple(_picture(one) for one in objects if one.type == pdfium.FPDF_PAGEOBJ_IMAGE),
        undrawn_characters=sum(_undrawn(_ink(page), text_page)),
    )


def _font_embedded(one: PageObject) -> bool:
    if one.type != pdfium.FPDF_PAGEOBJ_TEXT:
        return True
    return pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(one)) == 1


def _picture(one: PageObject) -> Image.Image:
    return one.get_bitmap().to_pil().convert("RGB")


def _ink(page: PdfPage) -> Image.Image:
    drawn = page.render(scale=_DOTS_A_POINT, grayscale=True).to_pil()
    paper = Image.new("L", drawn.size, 255 - _INK)
    return ImageChops.subtract(paper, drawn.convert("L"))


def _undrawn(ink: Image.Image, text_page: TextPage) -> Iterator[bool]:
    """Yield for each visible character whether there is no ink in its box."""
    for index in range(text_page.count_chars()):
        left, bottom, right, top = text_page.get_charbox(index)
        box = (int(left), int(ink.height - top), int(right) + 1, int(ink.height - bottom) + 1)
        visible = not chr(pdfium.FPDFText_GetUnicode(text_page, index)).isspace()
        yield visible and ink.crop(box).getbbox() is None

"""What a finished PDF holds, as another program reads it: text, fonts, pictures, ink."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageOps

PDFIUM = Lock()
"""PDFium may be used by one thread at a time."""
_DOTS_A_POINT = 1.0
_INK = 200
"""Shades darker than this are ink."""


@dataclass(frozen=True)
class Page:
    """One page."""

    text: str = field(repr=False)
    """Without white space."""
    fonts_embedded: bool
    pictures: tuple[Image.Image, ...] = field(repr=False)
    """In red, green and blue."""
    blank_characters: int
    """Characters in the text that have no ink where they should be drawn."""


def read_pages(pdf: bytes) -> list[Page]:
    """Return the pages of a document."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [_read_page(page) for page in document]
        finally:
            document.close()


def without_space(text: str) -> str:
    """Return the text without white space, as line breaks and letter spacing must not count."""
    return "".join(text.split())


def _read_page(page: pypdfium2.PdfPage) -> Page:
    text_page = page.get_textpage()
    objects = list(page.get_objects())
    return Page(
        text=without_space(text_page.get_text_range()),
        fonts_embedded=all(_font_embedded(one) for one in objects),
        pictures=tuple(
            one.get_bitmap().to_pil().convert("RGB")
            for one in objects
            if isinstance(one, pypdfium2.PdfImage)
        ),
        blank_characters=sum(_blank(page, text_page)),
    )


def _font_embedded(one: pypdfium2.PdfObject) -> bool:
    if one.type != pdfium.FPDF_PAGEOBJ_TEXT:
        return True
    return pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(one)) == 1


def _blank(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> Iterator[bool]:
    bitmap = page.render(scale=_DOTS_A_POINT, grayscale=True)
    ink = ImageOps.invert(bitmap.to_pil().convert("L")).point(_INK_ONLY)
    _, height = page.get_size()
    for index in range(text_page.count_chars()):
        if chr(pdfium.FPDFText_GetUnicode(text_page, index)).isspace():
            continue
        left, bottom, right, top = text_page.get_charbox(index)
        box = (int(left), int(height - top), int(right) + 1, int(height - bottom) + 1)
        yield ink.crop(box).getbbox() is None


_INK_ONLY = [0 if shade < 255 - _INK else 255 for shade in range(256)]

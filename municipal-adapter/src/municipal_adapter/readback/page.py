"""What a finished PDF holds, as another program reads it: text, fonts, pictures, ink."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import pypdfium2.raw as pdfium  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
from PIL import Image

from municipal_adapter.certificates.pdfium import open_pdf
from municipal_adapter.readback.ink import Box, Ink
from municipal_adapter.readback.shapes import PageObject, PdfPage, TextPage

_BROKEN_AT = "\ufffe"
"""How PDFium tells a hyphen at the end of a line; no font draws this code point itself."""


@dataclass(frozen=True)
class Picture:
    """A picture on a page."""

    image: Image.Image = field(repr=False)
    """In red, green and blue."""
    box: Box
    """Where it is drawn."""


@dataclass(frozen=True)
class Page:
    """One page."""

    size: tuple[float, float]
    """Width and height, in points."""
    text: str = field(repr=False)
    """Without white space."""
    fonts_embedded: bool
    pictures: tuple[Picture, ...]
    unseen_characters: int
    """Characters in the text that leave no ink where they should be, or lie under a picture."""


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
    pictures = [one for one in objects if one.type == pdfium.FPDF_PAGEOBJ_IMAGE]
    boxes = [one.get_bounds() for one in pictures]
    return Page(
        size=page.get_size(),
        text=without_space(text_page.get_text_range()).replace(_BROKEN_AT, "-"),
        fonts_embedded=all(_font_embedded(one) for one in objects),
        pictures=tuple(Picture(_image(one), box) for one, box in zip(pictures, boxes, strict=True)),
        unseen_characters=sum(_unseen(_ink_of_text(page, pictures), text_page, boxes)),
    )


def _font_embedded(one: PageObject) -> bool:
    if one.type != pdfium.FPDF_PAGEOBJ_TEXT:
        return True
    return pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(one)) == 1


def _image(one: PageObject) -> Image.Image:
    return one.get_bitmap().to_pil().convert("RGB")


def _ink_of_text(page: PdfPage, pictures: Sequence[PageObject]) -> Ink:
    """Draw the page without its pictures: their ink proves no character, and costs most time."""
    for one in pictures:
        pdfium.FPDFPageObj_SetIsActive(one, 0)
    return Ink(page.render(scale=1, grayscale=True).to_pil())


def _unseen(ink: Ink, text_page: TextPage, pictures: Sequence[Box]) -> Iterator[bool]:
    """Yield for each character that is no space whether a reader of the paper would miss it."""
    for index in range(text_page.count_chars()):
        if not chr(pdfium.FPDFText_GetUnicode(text_page, index)).isspace():
            box = text_page.get_charbox(index)
            yield not ink.is_in(box) or any(_overlap(box, picture) for picture in pictures)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

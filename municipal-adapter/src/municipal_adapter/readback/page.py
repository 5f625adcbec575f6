"""What a finished PDF says and shows, page by page, as far as certificates need it."""

import struct
import zlib
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf

from municipal_adapter.readback.drawn.marks import Box, Run
from municipal_adapter.readback.drawn.state import START
from municipal_adapter.readback.drawn.visible import check_visible
from municipal_adapter.readback.fonts.approved import ApprovedFonts
from municipal_adapter.readback.fonts.embedded import Fonts
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.pictures import Pixels, pixels_of
from municipal_adapter.readback.sheet import Sheet
from municipal_adapter.readback.specimen import take_specimen
from municipal_adapter.readback.structure import check_structure

UNREADABLE = (
    *(pikepdf.PdfError, pikepdf.PasswordError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError, RecursionError),
    *(AssertionError, ArithmeticError, zlib.error, struct.error),
)
"""What a document that is built otherwise than expected raises somewhere."""


@dataclass(frozen=True)
class Picture:
    """A picture on a page."""

    pixels: Pixels
    box: Box
    """Where it is drawn."""


@dataclass(frozen=True)
class Page:
    """One page, all of it to be seen, each character drawn as an approved font draws it."""

    size: tuple[float, float]
    """Width and height, in points."""
    text: str = field(repr=False)
    """Without white space, in the order of drawing."""
    pictures: tuple[Picture, ...]
    runs: tuple[Run, ...] = field(repr=False, default=())
    """In the order of drawing."""
    lines: tuple[Box, ...] = ()


def read_pages(pdf: bytes, approved: ApprovedFonts, *, test: bool = False) -> list[Page]:
    """Return the pages of a document; of a test paper, what they say beside 見本.

    Raises:
        ReadBackMismatch: it is built otherwise than certificates are, or hides something.

    """
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            check_structure(document, pdf)
            fonts = Fonts(approved)
            return [_page(page, fonts, test=test) for page in document.pages]
    except UNREADABLE as error:
        raise ReadBackMismatch(f"a document that cannot be read ({type(error).__name__})") from None


def without_space(text: str) -> str:
    """Return the text without white space, as line breaks and letter spacing must not count."""
    return "".join(text.split())


def _page(page: pikepdf.Page, fonts: Fonts, *, test: bool) -> Page:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    if left or bottom:
        raise ReadBackMismatch("a page that begins elsewhere")
    sheet = Sheet(fonts)
    sheet.read(page.obj, page.obj["/Contents"], START)
    take_specimen(sheet.marks, (right, top), test=test)
    check_visible(sheet.marks, (right, top))
    return Page(
        size=(right, top),
        text=without_space("".join(run.text for run in sheet.marks.runs)),
        pictures=tuple(
            Picture(pixels_of(sheet.images[one.picture]), one.box) for one in sheet.marks.pictures
        ),
        runs=tuple(sheet.marks.runs),
        lines=tuple(sheet.marks.lines),
    )

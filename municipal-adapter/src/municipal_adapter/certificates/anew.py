"""Drawing a vendor's document anew: the marks that were read from it, and nothing else.

What a reader understands of somebody else's file and what a printer makes of it may differ in more
ways than anybody can list (clips, patterns, hidden fonts, covered areas). So the file itself never
leaves: its text is drawn again in the approved fonts, its pictures are those of the record, and a
line with certificate number, issuance id and page n/m is put on each page.
"""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pikepdf
import typst

from municipal_adapter.certificates.font import Font
from municipal_adapter.certificates.specimen import as_specimen, specimen_seal
from municipal_adapter.readback.drawn.marks import Box, Run
from municipal_adapter.readback.drawn.visible import BASELINE
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page
from municipal_adapter.readback.pictures import pixels_of_png, real_width
from municipal_adapter.readback.weight import content_to_parse

WORDS = ("証明書番号", "交付番号")
"""What is put on each page by itself."""
_TEMPLATE = Path(__file__).parent / "anew.typ"
_MOST_MARKS, _MOST_CHARACTERS = 4000, 12_000
"""On all pages; ten persons with all items are 500 marks and 1,600 characters."""


def spelt_anew(pdf: bytes) -> bytes:
    """Return a document with its content streams in the strict spelling that the reader insists on.

    Whatever no page refers to is left behind.

    Raises:
        pikepdf.PdfError: it cannot be read.
        ReadBackMismatch: more is drawn on a page than on any certificate.

    """
    with pikepdf.open(BytesIO(pdf)) as given, pikepdf.new() as made:
        made.pages.extend(given.pages)
        for page in made.pages:
            content = pikepdf.Stream(made, content_to_parse(page))
            spelt = pikepdf.unparse_content_stream(pikepdf.parse_content_stream(content))
            page.Contents = pikepdf.Stream(made, spelt)
        file = BytesIO()
        made.save(file, deterministic_id=True)
        return file.getvalue()


class Redrawing:
    """Draws documents anew; one for each thread, as a Typst compiler serves one at a time."""

    def __init__(self, fonts: typst.Fonts, approved: Sequence[Font], millimetres: float) -> None:
        """Prepare.

        Args:
            fonts: for the compiler.
            approved: the approved fonts, the preferred one first.
            millimetres: of the line with the numbers, from the foot of the page.

        """
        self._compiler = typst.Compiler(_TEMPLATE, font_paths=fonts, ignore_system_fonts=True)
        self._families, self._millimetres = [font.family for font in approved], millimetres
        self._fonts = fonts

    def drawn(
        self,
        pages: Sequence[Page],
        seal: bytes | None,
        office_seal: bytes | None,
        number: str,
        issuance: str,
        *,
        test: bool = False,
    ) -> bytes:
        """Return the document.

        Args:
            pages: as read.
            seal: a registered one (印影), drawn first and in its real size; None: there is none.
            office_seal: the mayor's, as large as on the pages; None: there is none.
            number: the certificate's.
            issuance: its id.
            test: whether it becomes a test paper (見本), with another official seal that says so.

        Raises:
            ReadBackMismatch: more marks than any certificate has, pictures of something else, or
                squeezed text.

        """
        marks = sum(len(page.runs) + len(page.lines) for page in pages)
        characters = sum(len(run.text) for page in pages for run in page.runs)
        if marks > _MOST_MARKS or characters > _MOST_CHARACTERS:
            raise ReadBackMismatch("more marks than any certificate has")
        pictures = [(seal, real_width(seal) if seal else None), (office_seal, None)]
        wanted = [(png, width) for png, width in pictures if png is not None]
        found = [picture for page in pages for picture in page.pictures]
        if [one.pixels for one in found] != [pixels_of_png(png) for png, _ in wanted]:
            raise ReadBackMismatch("number of pictures, or a picture")
        if test and office_seal is not None:
            wanted[-1] = specimen_seal(), None
        remaining = iter(wanted)
        document = {
            "fonts": self._families,
            "width": pages[0].size[0],
            "height": pages[0].size[1],
            "words": WORDS,
            "certificate_number": number,
            "issuance": issuance,
            "stamp": self._millimetres,
            "pages": [
                {
                    "runs": [_run(run, page.size[1]) for run in page.runs if run.text.strip()],
                    "lines": [_line(line, page.size[1]) for line in page.lines],
                    "pictures": [
                        _picture(picture.box, page.size[1], *next(remaining))
                        for picture in page.pictures
                    ],
                }
                for page in pages
            ],
        }
        drawn = self._compiled(json.dumps(document, ensure_ascii=False))
        return as_specimen(drawn, self._families[0], self._fonts) if test else drawn

    def _compiled(self, document: str) -> bytes:
        try:
            pdf = self._compiler.compile(
                format="pdf", sys_inputs={"document": document}, timestamp=0, pdf_tags=False
            )
        except typst.TypstError as error:
            raise ReadBackMismatch("text squeezed or torn apart") from error
        if not isinstance(pdf, bytes):
            raise TypeError("Typst gave no PDF")
        return pdf


def _run(run: Run, height: float) -> tuple[float, float, float, float, str]:
    left, bottom, right, _ = run.box
    baseline = bottom + BASELINE * run.size
    return left, height - baseline, run.size, right - left, run.text.replace(" ", "\u00a0")


def _line(line: Box, height: float) -> tuple[float, float, float, float, float]:
    left, bottom, right, top = line
    if right - left >= top - bottom:
        middle = height - (bottom + top) / 2
        return left, middle, right, middle, top - bottom
    middle = (left + right) / 2
    return middle, height - top, middle, height - bottom, right - left


def _picture(
    box: Box, height: float, picture: bytes, width: float | None
) -> tuple[float, float, float, float, list[int]]:
    left, bottom, right, top = box
    width = width or right - left
    tall = (top - bottom) * width / (right - left)
    # In the middle of the place that the form has for it.
    from_left, from_above = (left + right - width) / 2, height - (bottom + top + tall) / 2
    return from_left, from_above, width, tall, list(picture)

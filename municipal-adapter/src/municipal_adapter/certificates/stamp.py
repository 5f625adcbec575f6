"""Stamping certificate number, issuance id and page n/m onto a vendor's finished pages."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pikepdf
import typst

from municipal_adapter.certificates.font import Font

WORDS = ("証明書番号", "交付番号")
"""What a stamp prints by itself."""
_TEMPLATE = Path(__file__).parent / "stamp.typ"


class Stamp:
    """Stamps documents; one for each thread, because a Typst compiler serves one at a time."""

    def __init__(self, fonts: typst.Fonts, font: Font, millimetres: float) -> None:
        """Prepare.

        Args:
            fonts: for the compiler.
            font: the approved one that stamps are printed with.
            millimetres: from the foot of the page.

        """
        self._compiler = typst.Compiler(_TEMPLATE, font_paths=fonts, ignore_system_fonts=True)
        self._font, self._millimetres = font.family, millimetres

    def stamped(self, pdf: bytes, certificate_number: str, issuance: str) -> bytes:
        """Return the document with a line on each page, all of it written anew.

        Whatever no page refers to is left behind, and content streams get our spelling.

        Raises:
            pikepdf.PdfError: the document cannot be read.

        """
        with pikepdf.open(BytesIO(pdf)) as given, pikepdf.new() as made:
            made.pages.extend(given.pages)
            pages = len(made.pages)
            with pikepdf.open(BytesIO(self._lines(pages, certificate_number, issuance))) as lines:
                for page, line in zip(made.pages, lines.pages, strict=True):
                    spelt = pikepdf.unparse_content_stream(pikepdf.parse_content_stream(page))
                    page.Contents = pikepdf.Stream(made, spelt)
                    cast("Any", page).add_overlay(line)  # its types ask for an optional part
            file = BytesIO()
            made.save(file, deterministic_id=True)
            return file.getvalue()

    def _lines(self, pages: int, certificate_number: str, issuance: str) -> bytes:
        stamp = {
            "font": self._font,
            "words": WORDS,
            "certificate_number": certificate_number,
            "issuance": issuance,
            "pages": pages,
            "millimetres": self._millimetres,
        }
        inputs = {"stamp": json.dumps(stamp, ensure_ascii=False)}
        pdf = self._compiler.compile(format="pdf", sys_inputs=inputs, timestamp=0, pdf_tags=False)
        if not isinstance(pdf, bytes):
            raise TypeError("Typst gave no PDF")
        return pdf

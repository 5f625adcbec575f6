"""A vendor's document as it came, with a line of numbers on each page: nothing is read in it.

What adapters did before they read, compared and drew anew. The terminal wants the issuance id and
page n/m on each page, so they are there.
"""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pikepdf
import typst

_TEMPLATE = Path(__file__).parent / "stamp.typ"


def stamped(
    pdf: bytes, number: str, issuance: str, *, font: tuple[Path, str], millimetres: float
) -> tuple[bytes, int]:
    """Return the document with certificate number, issuance and page on each page, and its pages.

    Args:
        pdf: the vendor's.
        number: the certificate's.
        issuance: its id.
        font: file and family of what the line is printed with.
        millimetres: from the foot of the page.

    """
    with pikepdf.open(BytesIO(pdf)) as document:
        pages = list(document.pages)
        lines = _lines([number, issuance], len(pages), font, millimetres)
        with pikepdf.open(BytesIO(lines)) as overlay:
            for page, line in zip(pages, overlay.pages, strict=True):
                cast("Any", page).add_overlay(line)  # its types ask for an optional part
        file = BytesIO()
        document.save(file)
        return file.getvalue(), len(pages)


def _lines(numbers: Sequence[str], pages: int, font: tuple[Path, str], millimetres: float) -> bytes:
    file, family = font
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[file.parent]
    )
    stamp = {
        "font": family,
        "words": ["証明書番号", "交付番号"],
        "certificate_number": numbers[0],
        "issuance": numbers[1],
        "pages": pages,
        "millimetres": millimetres,
    }
    inputs = {"stamp": json.dumps(stamp, ensure_ascii=False)}
    compiler = typst.Compiler(_TEMPLATE, font_paths=fonts, ignore_system_fonts=True)
    pdf = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=0, pdf_tags=False)
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no PDF")
    return pdf

"""Test papers (見本): each page says so in letters that nobody overlooks or cuts off."""

from io import BytesIO
from pathlib import Path

import pikepdf
import typst

from municipal_adapter.certificates.office_seal import office_seal

SPECIMEN = "見本"
_TEMPLATE = Path(__file__).parent / "specimen.typ"


def specimen_seal() -> bytes:
    """Return what stands on a test paper in the place of the official seal (職印)."""
    return office_seal(SPECIMEN)


def as_specimen(pdf: bytes, family: str, fonts: typst.Fonts) -> bytes:
    """Return a document with 見本 under all that its pages draw, whoever made them.

    Args:
        pdf: the document.
        family: of the font that draws it.
        fonts: for the compiler.

    """
    under = typst.compile(
        _TEMPLATE,
        format="pdf",
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"font": family, "words": SPECIMEN},
        timestamp=0,
        pdf_tags=False,
    )
    with pikepdf.open(BytesIO(pdf)) as document, pikepdf.open(BytesIO(under)) as specimen:
        for page in document.pages:
            page.add_underlay(specimen.pages[0], None)  # pyright: ignore[reportUnknownMemberType] (untyped return)
        file = BytesIO()
        document.save(file, deterministic_id=True)
        return file.getvalue()

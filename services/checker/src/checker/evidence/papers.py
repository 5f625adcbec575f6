"""The papers: PDF files named after their issuance, read page by page."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
from madoguchi_wire.encoding import sha256_hex

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Paper:
    """One printed paper."""

    issuance: str
    sha256: str
    pages: tuple[str, ...] | None
    """The text of each page, normalised and without spaces; None if it is no PDF."""


def read_papers(folder: Path) -> tuple[Paper, ...]:
    """Read every PDF of a folder."""
    return tuple(read_paper(path) for path in sorted(folder.glob("*.pdf")))


def read_paper(path: Path) -> Paper:
    """Read one PDF; its name is the issuance id."""
    document = path.read_bytes()
    try:
        pages = _pages(document)
    except pypdfium2.PdfiumError:
        pages = None
    return Paper(path.stem, sha256_hex(document), pages)


def squeezed(text: str) -> str:
    """Return a text in one form (NFKC) and without spaces, so that layouts do not matter."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def _pages(document: bytes) -> tuple[str, ...]:
    pdf = pypdfium2.PdfDocument(document)
    try:
        return tuple(squeezed(_text(pdf[index])) for index in range(len(pdf)))
    finally:
        pdf.close()


def _text(page: pypdfium2.PdfPage) -> str:
    return page.get_textpage().get_text_bounded()  # pyright: ignore[reportUnknownMemberType]

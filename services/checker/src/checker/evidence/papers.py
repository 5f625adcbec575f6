"""The papers: PDF files named after their issuance, read page by page, one at a time."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
from madoguchi_wire.encoding import sha256_hex

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Paper:
    """One printed paper as it was read."""

    issuance: str
    sha256: str
    pages: tuple[str, ...] | None
    """The text of each page, normalised and without spaces; None if it is no PDF."""


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A paper on disk: there may be more of them than fit into memory."""

    issuance: str
    path: Path

    @property
    def sha256(self) -> str:
        """SHA-256 of the file."""
        return sha256_hex(self.path.read_bytes())

    def read(self) -> Paper:
        """Read it."""
        document = self.path.read_bytes()
        try:
            pages = _pages(document)
        except pypdfium2.PdfiumError:
            pages = None
        return Paper(self.issuance, sha256_hex(document), pages)


def find_papers(folder: Path) -> tuple[PaperFile, ...]:
    """Return every PDF of a folder; its name is the issuance id."""
    return tuple(PaperFile(path.stem, path) for path in sorted(folder.glob("*.pdf")))


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

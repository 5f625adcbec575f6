"""The papers: PDF files named after their issuance, read page by page, one at a time."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
from madoguchi_wire.encoding import sha256_hex

from checker.evidence.look import Look, look_at

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Paper:
    """One printed paper as it was read."""

    issuance: str
    sha256: str
    pages: tuple[str, ...] | None
    """The text of each page, normalised and without spaces; None if it is no PDF."""
    looks: tuple[Look, ...] = ()
    """What is to be seen on each page."""


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
            pages, looks = _pages(document)
        except pypdfium2.PdfiumError:
            return Paper(self.issuance, sha256_hex(document), None)
        return Paper(self.issuance, sha256_hex(document), pages, looks)


def find_papers(folder: Path) -> tuple[PaperFile, ...]:
    """Return every PDF of a folder; its name is the issuance id."""
    return tuple(PaperFile(path.stem, path) for path in sorted(folder.glob("*.pdf")))


def squeezed(text: str) -> str:
    """Return a text in one form (NFKC) and without spaces, so that layouts do not matter."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def _pages(document: bytes) -> tuple[tuple[str, ...], tuple[Look, ...]]:
    """Return the text of each page, and what is to be seen on it."""
    pdf = pypdfium2.PdfDocument(document)
    try:
        loaded = [pdf[index] for index in range(len(pdf))]
        pages = [(page, page.get_textpage()) for page in loaded]
        # Text first: to look at a page spoils it.
        texts = tuple(squeezed(_text(text)) for _, text in pages)
        return texts, tuple(look_at(page, text) for page, text in pages)
    finally:
        pdf.close()


def _text(page: pypdfium2.PdfTextPage) -> str:
    return page.get_text_bounded()  # pyright: ignore[reportUnknownMemberType]

"""PDFium, opened by one thread at a time, as it must be."""

from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)

_ONE_THREAD = Lock()


@contextmanager
def open_pdf(pdf: bytes) -> Generator[pypdfium2.PdfDocument]:
    """Open a document; nobody else uses PDFium in this process until it is closed."""
    with _ONE_THREAD:
        document = pypdfium2.PdfDocument(pdf)
        try:
            yield document
        finally:
            document.close()


def count_pages(pdf: bytes) -> int:
    """Return the number of pages of a document."""
    with open_pdf(pdf) as document:
        return len(document)

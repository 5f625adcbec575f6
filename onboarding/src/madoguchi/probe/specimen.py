"""Whether each page of a test paper says 見本 so that nobody takes it for a certificate."""

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)

from madoguchi.conformance.verdicts import Failed

SPECIMEN = "見本"
_ACROSS = 0.5
"""Of the page's width."""


def check_specimen(document: bytes) -> str:
    """Return how many pages say it; raises Failed, naming the first page that does not."""
    pdf = pypdfium2.PdfDocument(document)
    try:
        for number in range(len(pdf)):
            if not _says_it(pdf[number]):
                seen = f"page {number + 1} without it"
                raise Failed(f"{SPECIMEN} across half of each page's width", seen)
        return f"on {len(pdf)} of {len(pdf)} pages"
    finally:
        pdf.close()


def _says_it(page: pypdfium2.PdfPage) -> bool:
    text, width = page.get_textpage(), page.get_width()
    searcher = text.search(SPECIMEN)  # pyright: ignore[reportUnknownMemberType] (as above)
    while (found := searcher.get_next()) is not None:
        first, count = found
        left, right = _edges(text, first)[0], _edges(text, first + count - 1)[1]
        if right - left >= _ACROSS * width:
            return True
    return False


def _edges(text: pypdfium2.PdfTextPage, index: int) -> tuple[float, float]:
    """Return the left and right edge of a character, in points."""
    left, _, right, _ = text.get_charbox(index)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] (as above)
    return float(left), float(right)  # pyright: ignore[reportUnknownArgumentType] (as above)

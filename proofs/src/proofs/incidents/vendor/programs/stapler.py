"""F4, Tokushima 2023: of several pages the second is another person's.

The cause was never told in public. Here pages are printed one by one and laid down by their number
until all are there; the stapler takes what lies under each number.
"""

import time
from io import BytesIO

import pikepdf

from proofs.incidents.vendor.press import Asked, Image, subject_of
from proofs.incidents.vendor.program import Paper, Workshop
from proofs.incidents.vendor.programs.spooled import put, taken

LAID_DOWN_S = 0.02


class Stapler:
    """Staples pages; the first stays in the hand."""

    def __init__(self, workshop: Workshop) -> None:
        self._press, self._spool = workshop.press, workshop.spool

    def paper(self, asked: Asked) -> Paper:
        """Return the stapled pages."""
        image, of = self._press.image(asked), subject_of(asked)
        first, *more = _pages(image.pdf)
        places = [self._spool / f"page-{number}.pdf" for number, _ in enumerate(more, start=2)]
        for place, page in zip(places, more, strict=True):
            put(place, Image(of, page))
        time.sleep(LAID_DOWN_S)
        found = [taken(place) for place in places]
        stapled = _stapled([first, *(page.pdf for page in found)])
        return Paper(stapled, any(page.of != of for page in found))


def _pages(pdf: bytes) -> list[bytes]:
    with pikepdf.open(BytesIO(pdf)) as document:
        return [_saved([page]) for page in document.pages]


def _stapled(pages: list[bytes]) -> bytes:
    opened = [pikepdf.open(BytesIO(page)) for page in pages]
    return _saved([document.pages[0] for document in opened])


def _saved(pages: list[pikepdf.Page]) -> bytes:
    with pikepdf.new() as made:
        made.pages.extend(pages)
        file = BytesIO()
        made.save(file)
        return file.getvalue()


def make(workshop: Workshop) -> Stapler:
    """Return the program."""
    return Stapler(workshop)

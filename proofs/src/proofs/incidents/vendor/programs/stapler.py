"""F4, Tokushima 2023: of several stapled pages the second is another person's.

The cause was never told in public. Here the tray for second pages is one for all: a page is laid
down in it, and taken when the others are ready to be stapled.
"""

import time
from io import BytesIO

import pikepdf

from proofs.incidents.vendor.press import Asked, Image, subject_of
from proofs.incidents.vendor.program import Paper, Workshop
from proofs.incidents.vendor.programs.spooled import put, taken

LAID_DOWN_S = 0.06


class Stapler:
    """Staples pages; the second comes from the tray."""

    def __init__(self, workshop: Workshop) -> None:
        self._press = workshop.press
        self._tray = workshop.spool / "second-pages.pdf"

    def paper(self, asked: Asked) -> Paper:
        """Return the stapled pages."""
        image, of = self._press.image(asked), subject_of(asked)
        first, *more = _pages(image.pdf)
        if not more:
            return Paper(image.pdf, struck=False)
        put(self._tray, Image(of, more[0]))
        time.sleep(LAID_DOWN_S)
        second = taken(self._tray)
        return Paper(_stapled([first, second.pdf, *more[1:]]), second.of != of)


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

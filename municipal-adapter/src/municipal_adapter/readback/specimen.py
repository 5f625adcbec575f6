"""Whether a page says 見本 as test papers do, and only if it is one."""

from municipal_adapter.certificates.specimen import SPECIMEN
from municipal_adapter.readback.drawn.marks import Box, Marks, Run
from municipal_adapter.readback.mismatch import ReadBackMismatch

_ROWS = 3
"""One in each third of the page, so that no part of it can be cut off and shown."""
_LARGE = 100
"""Points; no other text is so large."""
_ACROSS = 0.6
"""Of the page's width."""


def take_specimen(marks: Marks, size: tuple[float, float], *, test: bool) -> None:
    """Take the 見本 of a test paper out of what its page draws; a real one has none.

    It is drawn before all other text, which lies upon it and is compared as on any paper.

    Args:
        marks: of the page; afterwards without it.
        size: of the page, in points.
        test: whether it is a test paper.

    Raises:
        ReadBackMismatch: a test paper that could be taken for a real one, or the other way round.

    """
    if test:
        rows, marks.runs = marks.runs[:_ROWS], marks.runs[_ROWS:]
        thirds = [_third_across(run, size) for run in rows]
        if sorted(thirds) != list(range(_ROWS)):
            raise ReadBackMismatch(f"a test paper without {SPECIMEN} across each page")
    if any(run.size >= _LARGE for run in marks.runs):
        raise ReadBackMismatch("text larger than on any certificate")


def _third_across(run: Run, size: tuple[float, float]) -> int:
    """Return which third of the page, from below, a 見本 fills; -1: it is none, or does not."""
    (left, bottom, right, top), (width, height) = run.box, size
    large = run.size >= _LARGE and right - left >= _ACROSS * width
    if run.text != SPECIMEN or not run.dark or not large or not _is_on((0, 0, *size), run.box):
        return -1
    return int((bottom + top) / 2 * _ROWS / height)


def _is_on(paper: Box, box: Box) -> bool:
    return paper[0] <= box[0] and paper[1] <= box[1] and box[2] <= paper[2] and box[3] <= paper[3]

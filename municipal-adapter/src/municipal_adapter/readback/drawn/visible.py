"""Whether all of a page can be seen: nothing hidden, covered or off the paper."""

from collections.abc import Sequence

from municipal_adapter.readback.drawn.marks import Box, Marks, Run, overlap
from municipal_adapter.readback.mismatch import ReadBackMismatch

BASELINE = 0.12
"""Of the em: how far a run's box reaches below its baseline (`drawn.reader`)."""
_SMALLEST_TEXT = 4.5
"""Points."""
_INNER = 0.18
"""Of the em: what runs may share at their edges, as bearings are empty."""
_SMALLEST_PICTURE = 5 / 25.4 * 72
"""Points: 5 mm; a registered seal is at least 8 mm wide and is printed in its size."""


def check_visible(marks: Marks, size: tuple[float, float]) -> None:
    """Pass if whoever holds the paper sees each mark on it.

    Raises:
        ReadBackMismatch: what is hidden, and how.

    """
    paper = (0.0, 0.0, *size)
    runs = sorted((_inner(run), run) for run in marks.runs if not run.text.isspace() and run.text)
    for _, run in runs:
        _check_run(run, paper)
    boxes = [box for box, _ in runs]
    _check_apart(boxes)
    for picture in marks.pictures:
        left, bottom, right, top = picture.box
        if not picture.upright or not _within(picture.box, paper):
            raise ReadBackMismatch("a picture that does not lie on the paper")
        if min(right - left, top - bottom) < _SMALLEST_PICTURE:
            raise ReadBackMismatch("a picture too small to be seen")
        if any(overlap(picture.box, box) for box in boxes):
            raise ReadBackMismatch("a picture over text")
    _check_pictures_apart([picture.box for picture in marks.pictures])


def _check_run(run: Run, paper: Box) -> None:
    if run.size < _SMALLEST_TEXT:
        raise ReadBackMismatch("text too small to be read")
    if not run.dark:
        raise ReadBackMismatch("text too light to be read")
    if not _within(run.box, paper):
        raise ReadBackMismatch("text off the paper")


def _check_apart(boxes: Sequence[Box]) -> None:
    """Compare neighbours only: sorted by their left edges, until one begins right of the end."""
    for place, box in enumerate(boxes):
        for other in boxes[place + 1 :]:
            if other[0] >= box[2]:
                break
            if box[1] < other[3] and other[1] < box[3]:
                raise ReadBackMismatch("text upon text")


def _check_pictures_apart(boxes: Sequence[Box]) -> None:
    for place, box in enumerate(boxes):
        if any(overlap(box, other) for other in boxes[place + 1 :]):
            raise ReadBackMismatch("a picture over a picture")


def _inner(run: Run) -> Box:
    edge = _INNER * run.size
    left, bottom, right, top = run.box
    return left + edge, bottom + edge, right - edge, top - edge


def _within(box: Box, paper: Box) -> bool:
    inside = box[0] >= paper[0] and box[1] >= paper[1]
    return inside and box[2] <= paper[2] and box[3] <= paper[3]

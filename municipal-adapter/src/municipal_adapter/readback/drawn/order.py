"""Whether text stands on the paper in the order in which it was read.

A file may draw a name beside the label of the address and still draw both in the right order. So a
reader's eye must go the same way as the file: onwards on the line, to the block on the right, or
down; never back.
"""

from collections.abc import Sequence
from itertools import pairwise

from municipal_adapter.readback.drawn.marks import Box, Run
from municipal_adapter.readback.mismatch import ReadBackMismatch

_LOOSE = 0.35
"""Of the em: what neighbours may overlap, or be off a common edge."""
_APART = 1.5
"""Of the em: between the lines of one block."""


def check_order(runs: Sequence[Run]) -> None:
    """Pass if the runs are drawn as they are read.

    Raises:
        ReadBackMismatch: some text stands elsewhere.

    """
    blocks = _blocks([run for run in runs if run.text.strip()])
    for (one, em), (other, _) in pairwise(blocks):
        loose = _LOOSE * em
        below = other[3] <= one[1] + loose
        beside = other[0] >= one[2] - loose and other[1] < one[3] and one[1] < other[3]
        if not (below or beside):
            raise ReadBackMismatch("text that stands elsewhere than it is read")


def _blocks(runs: Sequence[Run]) -> list[tuple[Box, float]]:
    """Return the boxes of the lines and wrapped lines that belong together, each with its em."""
    blocks: list[tuple[Box, float]] = []
    last: Box | None = None
    for run in runs:
        if last is not None and _goes_on(blocks[-1][0], last, run):
            box, em = blocks[-1]
            blocks[-1] = _around(box, run.box), max(em, run.size)
        else:
            blocks.append((run.box, run.size))
        last = run.box
    return blocks


def _goes_on(block: Box, last: Box, run: Run) -> bool:
    left, bottom, _, top = run.box
    loose = _LOOSE * run.size
    on_the_line = abs(bottom - last[1]) < loose and -loose <= left - last[2] < run.size
    next_line = abs(left - block[0]) < loose and -loose <= last[1] - top < _APART * run.size
    return on_the_line or next_line


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )

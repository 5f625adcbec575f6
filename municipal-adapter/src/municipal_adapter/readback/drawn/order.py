"""Whether text stands on the paper in the order in which it was read.

A file may draw a name beside the label of the address and still draw both in the right order. So a
reader's eye must go the same way as the file: onwards on the line, to the block on the right, or
down; never back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from municipal_adapter.readback.drawn.marks import Box, Run, around
from municipal_adapter.readback.mismatch import ReadBackMismatch

_LOOSE = 0.35
"""Of the em: what neighbours on a line may overlap, or wrapped lines be off a common edge."""
_LEVEL = 0.15
"""Of the em: how far text may be off its line, or lines reach into each other."""
_APART = 1.5
"""Of the em: between the lines of one block."""
_SHARED = 2 / 3
"""Of the lower one's height: what two must share to stand side by side. At half of it a value
would stand as near to the label above as to its own."""


@dataclass(frozen=True)
class Block:
    """A line, or wrapped lines that belong together."""

    box: Box
    last: Box
    """Of its last run."""
    em: float
    begins: bool
    """Whether a label or value begins with it."""


def check_order(items: Sequence[Sequence[Run]]) -> None:
    """Pass if the runs are drawn as they are read.

    Args:
        items: the runs of each label and value. No wrapped line belongs to two of them, and only
            the next one may stand beside any line of one: within it text goes on where its last
            line ends.

    Raises:
        ReadBackMismatch: some text stands elsewhere.

    """
    blocks = [block for item in items for block in blocks_of(item)]
    for one, other in pairwise(blocks):
        em = min(one.em, other.em)
        below = other.box[3] <= one.box[1] + _LEVEL * em
        if not below and not _beside(one.box if other.begins else one.last, other.box, em):
            raise ReadBackMismatch("text that stands elsewhere than it is read")


def _beside(one: Box, other: Box, em: float) -> bool:
    shared = min(one[3], other[3]) - max(one[1], other[1])
    lower = min(one[3] - one[1], other[3] - other[1])
    return other[0] >= one[2] - _LOOSE * em and shared >= _SHARED * lower


def blocks_of(item: Sequence[Run]) -> Iterator[Block]:
    """Yield the lines of a label or value; wrapped lines that belong together are one."""
    block: Block | None = None
    for run in item:
        if block is not None and _goes_on(block, run):
            box, em = around(block.box, run.box), max(block.em, run.size)
            block = Block(box, run.box, em, block.begins)
            continue
        if block is not None:
            yield block
        block = Block(run.box, run.box, run.size, begins=block is None)
    if block is not None:
        yield block


def _goes_on(block: Block, run: Run) -> bool:
    left, bottom, _, top = run.box
    loose, level, last = _LOOSE * run.size, _LEVEL * run.size, block.last
    on_the_line = abs(bottom - last[1]) < level and -loose <= left - last[2] < run.size
    next_line = abs(left - block.box[0]) < loose and -level <= last[1] - top < _APART * run.size
    return on_the_line or next_line

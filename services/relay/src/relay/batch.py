"""Which unpublished events may go next: none before its predecessor of the same subject."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Row:
    """An unpublished event of the outbox."""

    position: int
    recorded_on: date
    subject: str
    sequence: int
    """Per subject, from 1, without gaps."""
    canonical: bytes
    follows_published: bool
    """It is its subject's first event, or the one before it is published."""


def publishable(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that may be published in this order, which ascends within each subject.

    Positions are given out at insert, before commit, so a row may be seen before others with lower
    positions; what counts is the sequence. A row whose predecessor is neither published nor in
    the batch is left for later.
    """
    chosen: list[Row] = []
    reached: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: (row.sequence, row.position)):
        if row.follows_published or reached.get(row.subject) == row.sequence - 1:
            chosen.append(row)
            reached[row.subject] = row.sequence
    return chosen

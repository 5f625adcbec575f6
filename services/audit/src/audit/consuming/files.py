"""The files of the file sink: the same rules as for Kafka, so that everything works without it."""

from collections.abc import Generator, Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path

from madoguchi_wire.kit.pool import Connection

from audit.archive.batch import Counts, Message, judge_events, judge_stamps, keep
from audit.archive.keeping import Months

BATCH_LINES = 1000
_LONGEST_LINE = 1024 * 1024


def stamps_beside(events: Path) -> Path:
    """Return where the file sink keeps the stamps of a file of events."""
    return events.with_suffix(".stamps.jsonl")


async def import_files(
    connection: Connection, events: Path, stamps: Path | None, centre: str, now: datetime
) -> Counts:
    """Archive a file of events and one of stamps; what is archived already is not kept again.

    A last line without its end is still being written: it is left for the next time.

    Raises:
        OSError: a file cannot be read.

    """
    counts, months = Counts(), Months()
    for batch in _batches(events):
        counts.add(await keep(connection, judge_events(batch, centre, now), months))
    if stamps is not None:
        for batch in _batches(stamps):
            counts.add(await keep(connection, judge_stamps(batch, centre), months))
    return counts


def _batches(path: Path) -> Generator[list[Message]]:
    with path.open("rb") as file:
        messages = _messages(path.name, iter(lambda: file.readline(_LONGEST_LINE), b""))
        while batch := list(islice(messages, BATCH_LINES)):
            yield batch


def _messages(name: str, lines: Iterable[bytes]) -> Generator[Message]:
    whole = True
    for number, line in enumerate(lines, start=1):
        begins, whole = whole, line.endswith(b"\n")
        if not begins or (not whole and len(line) < _LONGEST_LINE):
            # The rest of a line that was too long, or the last one, still being written.
            continue
        yield Message(name, 0, number, None, line.rstrip(b"\n"))

"""The files of the file sink: the same rules as for Kafka, so that everything works without it."""

from collections.abc import Generator, Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path

from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamp_chain import ChainRules

from audit.archive.again import judge_again
from audit.archive.batch import Counts, Message, judge_events, judge_stamps, keep
from audit.archive.keeping import Months

BATCH_LINES = 1000
_LONGEST_LINE = 1024 * 1024


def stamps_beside(events: Path) -> Path:
    """Return where the file sink keeps the stamps of a file of events."""
    return events.with_suffix(".stamps.jsonl")


async def import_files(
    connection: Connection,
    events: Path,
    centre: str,
    now: datetime,
    stamped: tuple[Path, ChainRules] | None = None,
) -> Counts:
    """Archive a file of events; what is archived already is not kept again.

    Args:
        connection: outside of a transaction.
        events: of the file sink.
        centre: whose events belong here.
        now: what is of the future is set aside.
        stamped: a file of stamps as well, and by what they are judged.

    A last line without its end is still being written: it is left for the next time.

    Raises:
        OSError: a file cannot be read.

    """
    counts, months = Counts(), Months()
    for batch in _batches(events):
        counts.add(await keep(connection, judge_events(batch, centre, now), months))
    if stamped is not None:
        stamps, rules = stamped
        counts.stamps += await judge_again(connection, rules, now)
        for batch in _batches(stamps):
            counts.add(await keep(connection, judge_stamps(batch, rules, now), months))
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

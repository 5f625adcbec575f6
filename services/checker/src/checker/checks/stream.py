"""The audit stream holds each event of the outbox once, byte for byte, each subject in order."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from checker.checks.events import parsed_event
from checker.evidence.evidence import Evidence
from checker.fault import Fault, FaultName


def check_stream(evidence: Evidence) -> Iterator[Fault]:
    """Find lines that are missing, doubled, foreign or in another order."""
    lines = Counter(evidence.stream)
    inserted: set[bytes] = set()
    for row in evidence.books.outbox:
        inserted.add(row.canonical)
        what = f"event {row.sequence}"
        if lines[row.canonical] == 0:
            yield Fault(name=FaultName.STREAM_LINE_MISSING, where=row.subject, what=what)
        elif lines[row.canonical] > 1:
            yield Fault(name=FaultName.STREAM_LINE_TWICE, where=row.subject, what=what)
    for number, line in enumerate(evidence.stream, start=1):
        if line not in inserted:
            where, what = f"line {number}", "no row of the outbox has these bytes"
            yield Fault(name=FaultName.STREAM_LINE_FOREIGN, where=where, what=what)
    yield from _check_order(evidence.stream)


def _check_order(stream: tuple[bytes, ...]) -> Iterator[Fault]:
    last: dict[str, int] = defaultdict(int)
    for line in stream:
        event = parsed_event(line)
        if event is None:
            continue
        if event.sequence < last[event.subject]:
            what = f"event {event.sequence} comes after {last[event.subject]}"
            yield Fault(name=FaultName.STREAM_OUT_OF_ORDER, where=event.subject, what=what)
        last[event.subject] = max(last[event.subject], event.sequence)

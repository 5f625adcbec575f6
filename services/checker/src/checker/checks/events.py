"""The trail tells each issuance's life: every step once, in order, and nothing else."""

from collections import defaultdict
from collections.abc import Iterator

from madoguchi_wire.events import AuditEvent, event_digest
from pydantic import ValidationError

from checker.checks.gaps import gaps
from checker.checks.life import STEPS
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Issuance, OutboxRow
from checker.fault import Fault, FaultName

_PREFIX = "madoguchi.issuance."
_MOMENTS = {
    "prepared": "prepared_at",
    "delivered": "delivered_at",
    "paid": "paid_at",
}
"""States whose moment the issuance keeps."""


def check_events(evidence: Evidence) -> Iterator[Fault]:
    """Find events that are missing, doubled, reordered, altered or untrue."""
    trails: dict[str, list[OutboxRow]] = defaultdict(list)
    for row in sorted(evidence.books.outbox, key=lambda row: (row.sequence, row.position)):
        trails[row.subject].append(row)
        yield from _check_bytes(row)
    yield from _check_ids(evidence.books.outbox)
    for trail in trails.values():
        yield from _check_sequence(trail)
    for issuance in evidence.books.issuances:
        yield from _check_walk(issuance, trails.get(issuance.issuance_id, []))
    known = {issuance.issuance_id for issuance in evidence.books.issuances}
    for subject, trail in trails.items():
        if subject not in known and any(state_of(row) for row in trail):
            what = "events of an issuance that the books do not have"
            yield Fault(name=FaultName.EVENT_IMPOSSIBLE, where=subject, what=what)


def parsed_event(canonical: bytes) -> AuditEvent | None:
    """Return the event that the bytes spell; None if they are no event in its one spelling."""
    try:
        event = AuditEvent.model_validate_json(canonical)
    except ValidationError:
        return None
    return event if event.canonical() == canonical else None


def state_of(row: OutboxRow) -> str | None:
    """Return the state that an event says was entered; None for other events."""
    if not row.type.startswith(_PREFIX):
        return None
    return row.type.removeprefix(_PREFIX).removesuffix(".v1")


def _check_bytes(row: OutboxRow) -> Iterator[Fault]:
    if event_digest(row.canonical) != row.digest:
        what = f"event {row.sequence} does not fit its digest"
        yield Fault(name=FaultName.EVENT_ALTERED, where=row.subject, what=what)
    event = parsed_event(row.canonical)
    if event is None:
        what = f"event {row.sequence} is not in its one spelling"
        yield Fault(name=FaultName.EVENT_ALTERED, where=row.subject, what=what)
        return
    said = (event.id, event.subject, event.sequence, event.type.value)
    if said != (row.event_id, row.subject, row.sequence, row.type):
        what = f"event {row.sequence} says another id, subject, sequence or type than its row"
        yield Fault(name=FaultName.EVENT_ALTERED, where=row.subject, what=what)


def _check_ids(outbox: tuple[OutboxRow, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    for row in outbox:
        if row.event_id in seen:
            what = f"event {row.sequence} has the id of another event"
            yield Fault(name=FaultName.EVENT_TWICE, where=row.subject, what=what)
        seen.add(row.event_id)


def _check_sequence(trail: list[OutboxRow]) -> Iterator[Fault]:
    numbers = [row.sequence for row in trail]
    for missing in gaps(numbers):
        what = f"number {missing}"
        yield Fault(name=FaultName.EVENT_MISSING, where=trail[0].subject, what=what)
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        what = f"number {number}"
        yield Fault(name=FaultName.EVENT_TWICE, where=trail[0].subject, what=what)


def _check_walk(issuance: Issuance, trail: list[OutboxRow]) -> Iterator[Fault]:
    where = issuance.issuance_id
    if len(trail) != issuance.event_sequence:
        what = f"{len(trail)} events, the issuance counts {issuance.event_sequence}"
        name = FaultName.EVENT_MISSING
        if len(trail) > issuance.event_sequence:
            name = FaultName.EVENT_TWICE
        yield Fault(name=name, where=where, what=what)
    state: str | None = None
    walked: list[str] = []
    for row in trail:
        entered = state_of(row)
        if entered is None:
            continue
        if entered in walked:
            yield Fault(name=FaultName.EVENT_TWICE, where=where, what=entered)
        elif entered not in STEPS.get(state, frozenset()):
            what = f"from {state or 'nothing'} to {entered}"
            yield Fault(name=FaultName.EVENT_IMPOSSIBLE, where=where, what=what)
        state = entered
        walked.append(entered)
    yield from _check_end(issuance, walked)


def _check_end(issuance: Issuance, walked: list[str]) -> Iterator[Fault]:
    where = issuance.issuance_id
    if not walked or walked[-1] != issuance.state:
        what = f"the last event is not {issuance.state}"
        yield Fault(name=FaultName.EVENT_MISSING, where=where, what=what)
    for state, moment in _MOMENTS.items():
        happened = getattr(issuance, moment) is not None
        if happened and state not in walked:
            yield Fault(name=FaultName.EVENT_MISSING, where=where, what=state)
        elif not happened and state in walked:
            what = f"{state}, which the issuance never was"
            yield Fault(name=FaultName.EVENT_IMPOSSIBLE, where=where, what=what)

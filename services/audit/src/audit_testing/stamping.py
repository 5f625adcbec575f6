"""Stamps over a history, countersigned by two witnesses."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from madoguchi_wire.events import AuditEvent, event_digest
from madoguchi_wire.merkle import root
from madoguchi_wire.signed import token_digest, unverified_payload
from madoguchi_wire.stamps import NO_STAMP, Countersignature, Head, Stamp, StampRecord

from audit_testing.parties import CENTRE, Parties

WITNESSES = ("122033", "131130")


def stamped(
    parties: Parties,
    events: Sequence[AuditEvent],
    *,
    batch: int = 50,
    witnesses: Sequence[str] = WITNESSES,
) -> list[StampRecord]:
    """Return the stamps over events in their order, `batch` of them in each."""
    records: list[StampRecord] = []
    previous, total = NO_STAMP, 0
    for number, some in enumerate(_batches(events, batch), start=1):
        leaves = tuple(event_digest(event.canonical()) for event in some)
        total += len(leaves)
        stamp = Stamp(
            centre=CENTRE,
            number=number,
            previous=previous,
            events=len(leaves),
            total=total,
            root=root(leaves),
            stamped_at=some[-1].time + timedelta(seconds=1),
        )
        token = stamp.signed_by(parties.stamping)
        previous = token_digest(token)
        seen = tuple(
            countersigned(parties, code, stamp, token, stamp.stamped_at) for code in witnesses
        )
        records.append(StampRecord(stamp=token, leaves=leaves, countersignatures=seen))
    return records


def countersigned(
    parties: Parties, municipality: str, stamp: Stamp, token: str, seen_at: datetime
) -> str:
    """Return a witness's word that this stamp goes on from those it knows."""
    return Countersignature(
        municipality=municipality,
        centre=stamp.centre,
        number=stamp.number,
        stamp=token_digest(token),
        total=stamp.total,
        seen_at=seen_at,
    ).signed_by(parties.countersigning[municipality])


def head(parties: Parties, municipality: str, record: StampRecord, as_of: datetime) -> str:
    """Return a witness's word that this stamp was the newest it knew then."""
    stamp = Stamp.parsed(unverified_payload(record.stamp))
    return Head(
        municipality=municipality,
        centre=stamp.centre,
        number=stamp.number,
        stamp=token_digest(record.stamp),
        total=stamp.total,
        as_of=as_of,
    ).signed_by(parties.countersigning[municipality])


def heads(parties: Parties, record: StampRecord, as_of: datetime) -> list[str]:
    """Return the word of two witnesses that this stamp was the newest they knew then."""
    return [head(parties, code, record, as_of) for code in WITNESSES]


def _batches(events: Sequence[AuditEvent], size: int) -> Iterator[Sequence[AuditEvent]]:
    for start in range(0, len(events), size):
        yield events[start : start + size]

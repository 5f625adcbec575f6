"""Every event is in exactly one stamp of one chain, and witnesses know the same chain."""

import json
from collections import defaultdict
from collections.abc import Iterator

from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.keys import KeyPurpose
from madoguchi_wire.stamp_chain import ChainFaultName, ChainRules, check_events, verify_chain
from madoguchi_wire.stamps import StampRecord
from pydantic import ValidationError

from checker.evidence.evidence import Evidence
from checker.evidence.rows import Books, StampRow
from checker.fault import Fault, FaultName

_UNSEEN = (
    ChainFaultName.COUNTERSIGNATURE_REFUSED,
    ChainFaultName.COUNTERSIGNATURES_MISSING,
    ChainFaultName.HISTORY_REWRITTEN,
)


def check_stamps(evidence: Evidence) -> Iterator[Fault]:
    """Find events outside of the chain, and stamps that do not hold or were not seen."""
    yield from _check_batches(evidence.books)
    yield from _check_chain(evidence)
    yield from _check_witnesses(evidence)


def _check_batches(books: Books) -> Iterator[Fault]:
    batches: defaultdict[int, list[str]] = defaultdict(list)
    for row in sorted(books.outbox, key=lambda row: row.position):
        if row.stamp is None:
            what = f"event {row.sequence} is in no stamp"
            yield Fault(name=FaultName.EVENT_NOT_STAMPED, where=row.subject, what=what)
        else:
            batches[row.stamp].append(row.digest)
    for stamp in books.stamps:
        for fault in check_events(stamp.number, stamp.leaves, batches.pop(stamp.number, [])):
            what = f"event {fault.event}: {fault.name.value}: {fault.what}"
            yield _of(FaultName.EVENT_STAMPED_ELSEWHERE, stamp.number, what)
    for number, batch in batches.items():
        what = f"{len(batch)} events are said to be in it, and it is not there"
        yield _of(FaultName.EVENT_STAMPED_ELSEWHERE, number, what)


def _check_chain(evidence: Evidence) -> Iterator[Fault]:
    owners = {key.owner for key in evidence.trust.keys if key.purpose is KeyPurpose.STAMPING}
    if not evidence.books.stamps:
        return
    if len(owners) != 1:
        yield _of(FaultName.STAMP_BROKEN, 1, "the trust list has no one centre that stamps")
        return
    records: list[StampRecord] = []
    for row in evidence.books.stamps:
        try:
            records.append(_record(row))
        except (ValidationError, ValueError):
            yield _of(FaultName.STAMP_BROKEN, row.number, "its row cannot be read")
    verdict = verify_chain(records, ChainRules(owners.pop(), evidence.trust.key_set()))
    for fault in verdict.faults:
        name = FaultName.STAMP_NOT_SEEN if fault.name in _UNSEEN else FaultName.STAMP_BROKEN
        witness = f" ({fault.municipality})" if fault.municipality else ""
        yield _of(name, fault.stamp, f"{fault.name.value}{witness}: {fault.what}")


def _check_witnesses(evidence: Evidence) -> Iterator[Fault]:
    chain = {stamp.number: stamp.digest for stamp in evidence.books.stamps}
    for code, adapter in evidence.adapters.items():
        for seen in adapter.witnessed:
            if chain.get(seen.number) != seen.digest:
                what = f"{code} has seen {seen.digest[:16]}…, which the chain does not have"
                yield _of(FaultName.STAMP_SEEN_OTHERWISE, seen.number, what)
        for conflict in adapter.stamp_conflicts:
            what = f"{code} was shown a stamp that did not go on: {conflict.why}"
            yield _of(FaultName.STAMP_SEEN_OTHERWISE, conflict.number, what)


def _record(row: StampRow) -> StampRecord:
    return StampRecord(
        stamp=row.token,
        leaves=tuple(row.leaves),
        countersignatures=tuple(json.loads(row.countersignatures).values()),
        timestamp=None if row.timestamp is None else to_base64url(row.timestamp),
    )


def _of(name: FaultName, number: int, what: str) -> Fault:
    return Fault(name=name, where=f"stamp {number}", what=what)

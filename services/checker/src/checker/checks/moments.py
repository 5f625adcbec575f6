"""Nothing is delivered or paid after its time, after its end, or while it is stopped."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from checker.evidence.evidence import Evidence
from checker.evidence.rows import Books, Issuance, Stop
from checker.fault import Fault, FaultName

_ORDER = ("accepted_at", "prepared_at", "delivered_at", "paid_at", "ended_at")
_UNTIL_ALL_REPLICAS = timedelta(seconds=1)
"""How long a stop may take until it is in force on every replica."""


def check_moments(evidence: Evidence) -> Iterator[Fault]:
    """Find steps that were taken in another order, too late, or while a stop was in force."""
    for issuance in evidence.books.issuances:
        yield from _check_order(issuance)
        yield from _check_deadlines(issuance, evidence.books)
    yield from _check_stops(evidence.books)


def _check_order(issuance: Issuance) -> Iterator[Fault]:
    named = [(name, getattr(issuance, name)) for name in _ORDER]
    happened = [(name, moment) for name, moment in named if moment is not None]
    for (before, first), (after, second) in pairwise(happened):
        if second < first:
            what = f"{after} lies before {before}"
            yield Fault(name=FaultName.MOMENTS_OUT_OF_ORDER, where=issuance.issuance_id, what=what)


def _check_deadlines(issuance: Issuance, books: Books) -> Iterator[Fault]:
    where, answered = issuance.issuance_id, issuance.prepared_at
    # The issuance's own deadline is another one by now: the terminal's, to fetch the document.
    until = books.answer_deadlines.get(issuance.order_id)
    if answered is not None and (until is None or answered >= until):
        what = "prepared_at lies after the time that its order gave the adapter"
        yield Fault(name=FaultName.RELEASED_TOO_LATE, where=where, what=what)
    if issuance.delivered_at is not None and issuance.delivered_at >= issuance.deadline:
        what = "delivered_at lies after its deadline"
        yield Fault(name=FaultName.RELEASED_TOO_LATE, where=where, what=what)


def _check_stops(books: Books) -> Iterator[Fault]:
    stops: dict[str, list[Stop]] = defaultdict(list)
    for stop in books.stops:
        stops[stop.municipality].append(stop)
    for issuance in books.issuances:
        for stop in stops[issuance.municipality]:
            if stop.terminal not in (None, issuance.terminal):
                continue
            for name in ("delivered_at", "paid_at"):
                if _within(issuance, name, stop):
                    what = f"{name} lies within a stop"
                    yield Fault(
                        name=FaultName.RELEASED_WHILE_STOPPED,
                        where=issuance.issuance_id,
                        what=what,
                    )


def _within(issuance: Issuance, name: str, stop: Stop) -> bool:
    moment = getattr(issuance, name)
    if moment is None or moment <= stop.stopped_at + _UNTIL_ALL_REPLICAS:
        return False
    return stop.released_at is None or moment < stop.released_at

"""One batch as it was stamped, against the events that somebody kept of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from madoguchi_wire.stamp_chain.faults import ChainFault, ChainFaultName

_N = ChainFaultName


def check_events(number: int, leaves: Sequence[str], kept: Sequence[str]) -> Iterator[ChainFault]:
    """Find where kept events differ from a batch; exact for changes, losses and additions.

    Args:
        number: of the stamp.
        leaves: digests in a `StampRecord` whose root holds.
        kept: digests of the events' bytes as they are kept, in their order. Of an event whose
            payload was removed, the digest that was kept in its place.

    """
    if list(leaves) == list(kept):
        return
    stamped, there = set(leaves), set(kept)
    changed = _foreign_by_neighbour(kept, stamped)
    before: str | None = None
    for place, digest in enumerate(leaves, start=1):
        if digest in there:
            before = digest
        elif changed[before]:
            changed[before].pop(0)
            yield ChainFault(_N.EVENT_CHANGED, number, "its bytes are others", event=place)
        else:
            yield ChainFault(_N.EVENT_MISSING, number, "it is not kept", event=place)
    for place in sorted(place for places in changed.values() for place in places):
        what = f"what is kept at place {place} was not in this batch"
        yield ChainFault(_N.EVENT_FOREIGN, number, what, event=place)
    yield from _check_repeats(number, leaves, kept)
    yield from _check_order(number, leaves, kept)


def _foreign_by_neighbour(
    kept: Sequence[str], stamped: set[str]
) -> defaultdict[str | None, list[int]]:
    """Return places of events that were not stamped, by the stamped one before them."""
    found: defaultdict[str | None, list[int]] = defaultdict(list)
    before: str | None = None
    for place, digest in enumerate(kept, start=1):
        if digest in stamped:
            before = digest
        else:
            found[before].append(place)
    return found


def _check_repeats(number: int, leaves: Sequence[str], kept: Sequence[str]) -> Iterator[ChainFault]:
    counts, stamped = Counter(kept), Counter(leaves)
    for place, digest in enumerate(leaves, start=1):
        if counts[digest] > 1 or stamped[digest] > 1:
            what = f"stamped {stamped[digest]} times, it is kept {counts[digest]} times"
            yield ChainFault(_N.EVENT_TWICE, number, what, event=place)


def _check_order(number: int, leaves: Sequence[str], kept: Sequence[str]) -> Iterator[ChainFault]:
    there, places = set(kept), {digest: place for place, digest in enumerate(leaves, start=1)}
    stamped = [digest for digest in places if digest in there]
    found = list(dict.fromkeys(digest for digest in kept if digest in places))
    for right, wrong in zip(stamped, found, strict=True):
        if right != wrong:
            what = f"event {places[wrong]} is kept in its place"
            yield ChainFault(_N.EVENT_OUT_OF_ORDER, number, what, event=places[right])

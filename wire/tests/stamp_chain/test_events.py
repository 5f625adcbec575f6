"""Kept events against a batch: the exact event that was changed, lost, added or moved."""

from hypothesis import given, settings
from hypothesis import strategies as st
from madoguchi_wire.events import event_digest
from madoguchi_wire.stamp_chain import check_events
from madoguchi_wire_testing.stamped import digests_of

EXAMPLES = settings(max_examples=200, deadline=None)
SIZES = st.integers(2, 30)


def found(leaves: list[str], kept: list[str]) -> list[tuple[str, int | None]]:
    return [(fault.name.value, fault.event) for fault in check_events(7, leaves, kept)]


@EXAMPLES
@given(SIZES, st.data())
def test_one_byte_of_one_event(size: int, data: st.DataObject) -> None:
    events = [f"event {number}".encode() for number in range(size)]
    leaves = [event_digest(event) for event in events]
    at = data.draw(st.integers(0, size - 1))
    changed = bytearray(events[at])
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    events[at] = bytes(changed)
    kept = [event_digest(event) for event in events]
    if kept[at] in leaves:  # the byte made it another event of the batch
        assert found(leaves, kept)
    else:
        assert found(leaves, kept) == [("event-changed", at + 1)]


@EXAMPLES
@given(SIZES, st.data())
def test_one_event_deleted(size: int, data: st.DataObject) -> None:
    leaves = [*digests_of(*range(size))]
    at = data.draw(st.integers(0, size - 1))
    assert found(leaves, leaves[:at] + leaves[at + 1 :]) == [("event-missing", at + 1)]


@EXAMPLES
@given(SIZES, st.data())
def test_one_event_added(size: int, data: st.DataObject) -> None:
    leaves = [*digests_of(*range(size))]
    at = data.draw(st.integers(0, size))
    kept = [*leaves[:at], *digests_of("another"), *leaves[at:]]
    assert found(leaves, kept) == [("event-foreign", at + 1)]
    kept = [*leaves[:at], leaves[0], *leaves[at:]]
    assert found(leaves, kept) == [("event-twice", 1)]


@EXAMPLES
@given(SIZES, st.data())
def test_two_events_swapped(size: int, data: st.DataObject) -> None:
    leaves = [*digests_of(*range(size))]
    kept = [*leaves]
    one, other = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=2, max_size=2)))
    kept[one], kept[other] = kept[other], kept[one]
    expected = [("event-out-of-order", one + 1), ("event-out-of-order", other + 1)]
    assert found(leaves, kept) == expected


@EXAMPLES
@given(st.lists(st.integers(0, 12), max_size=12), st.lists(st.integers(0, 12), max_size=12))
def test_nothing_but_the_batch_itself_passes(stamped: list[int], kept: list[int]) -> None:
    leaves, there = [*digests_of(*stamped)], [*digests_of(*kept)]
    assert bool(found(leaves, there)) == (stamped != kept)

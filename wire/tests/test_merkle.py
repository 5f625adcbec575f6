"""One root for a batch, and a proof for each event that nothing else passes."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.merkle import holds, proof, root

digests = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=40)


@given(digests, st.data())
def test_each_event_is_proven_at_its_place_and_at_no_other(
    batch: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(batch) - 1))
    steps = proof(batch, at)
    assert len(steps) <= max(1, len(batch)).bit_length()
    for index in range(len(batch)):
        assert holds(batch[at], index, len(batch), steps, root(batch)) == (
            index == at or (batch[index] == batch[at] and proof(batch, index) == steps)
        )


@given(digests, st.data())
def test_whatever_is_changed_lost_or_moved_changes_the_root(
    batch: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(batch) - 1))
    other = hashlib.sha256(bytes.fromhex(batch[at])).hexdigest()
    changed = [*batch[:at], other, *batch[at + 1 :]]
    assert root(changed) != root(batch)
    assert not holds(other, at, len(batch), proof(batch, at), root(batch))
    assert len(batch) == 1 or root([*batch[:at], *batch[at + 1 :]]) != root(batch)
    assert root([*batch, batch[-1]]) != root(batch)
    swapped = [*reversed(batch)]
    assert swapped == batch or root(swapped) != root(batch)


def test_a_node_never_passes_for_an_event() -> None:
    four = [bytes([n]).hex() * 32 for n in range(4)]
    inner = hashlib.sha256(
        b"\x01" + b"".join(hashlib.sha256(b"\x00" + bytes.fromhex(d)).digest() for d in four[:2])
    ).hexdigest()
    assert root([inner, *four[2:]]) != root(four)
    assert not holds(inner, 0, 2, proof(four, 0)[1:], root(four))
    left, right = proof(four[:2], 1)[0], proof(four[:2], 0)[0]
    for domain in ("", "00", "01"):
        assert not holds(domain + left + right, 0, 1, (), root(four[:2]))


def test_a_proof_of_a_smaller_batch_is_none_of_a_larger() -> None:
    two = [bytes([n]).hex() * 32 for n in range(2)]
    assert holds(two[0], 0, 2, proof(two, 0), root(two))
    assert not holds(two[0], 0, 4, proof(two, 0), root(two))


def test_proofs_that_are_none_are_told_so() -> None:
    one = ["00" * 32]
    assert holds(one[0], 0, 1, (), root(one))
    assert not holds(one[0], 0, 1, ("00" * 32,), root(one))
    assert not holds(one[0], 1, 1, (), root(one))
    assert not holds("no digest", 0, 1, (), root(one))
    assert not holds(one[0], 0, 2, ("no step",), root(one))
    with pytest.raises(ValueError, match="no root"):
        root([])
    with pytest.raises(IndexError):
        proof(one, 1)

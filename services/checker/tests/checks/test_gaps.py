"""Missing numbers are named, however large the greatest is."""

from checker.checks.gaps import gaps
from hypothesis import given
from hypothesis import strategies as st


def test_missing_numbers_are_named_alone_or_as_a_row() -> None:
    assert gaps([1, 2, 3]) == []
    assert gaps([2, 5, 9, 10]) == ["1", "3 to 4", "6 to 8"]
    assert gaps([1, 2**63 - 1]) == [f"2 to {2**63 - 2}"]


@given(st.sets(st.integers(1, 60), min_size=1))
def test_every_missing_number_is_in_one_gap(numbers: set[int]) -> None:
    named: set[int] = set()
    for gap in gaps(numbers):
        first, _, last = gap.partition(" to ")
        named |= set(range(int(first), int(last or first) + 1))
    assert named == set(range(1, max(numbers) + 1)) - numbers

"""The next stamp follows the newest, whatever the clock does."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire import merkle
from madoguchi_wire.stamps import NO_STAMP
from stamper.chain import Newest, next_stamp

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
digests = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=9)


@given(digests)
def test_the_first_follows_nothing(batch: list[str]) -> None:
    made = next_stamp("centre", None, batch, NOW)
    assert (made.number, made.previous, made.total) == (1, NO_STAMP, len(batch))
    assert made.root == merkle.root(batch)


@given(digests, st.integers(1, 10**6), st.integers(0, 10**9), st.integers(-9999, 9999))
def test_the_next_follows_the_newest(batch: list[str], number: int, total: int, late: int) -> None:
    newest = Newest(number, "a" * 64, total, NOW)
    made = next_stamp("centre", newest, batch, NOW + timedelta(seconds=late))
    assert (made.number, made.previous) == (number + 1, newest.digest)
    assert made.total == total + made.events == total + len(batch)
    assert made.stamped_at >= newest.stamped_at

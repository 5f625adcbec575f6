"""The day of issue is Japan's, and nobody can have a paper dated back."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.errors import OrderRefused
from municipal_adapter.requests.day_of_issue import check_day_of_issue

TODAY = date(2026, 3, 1)


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 3, 1, hour, minute, 30, tzinfo=JAPAN)


def test_yesterday_counts_for_what_was_accepted_right_before_midnight_only() -> None:
    yesterday = TODAY - timedelta(days=1)
    check_day_of_issue(yesterday, at(0, 1))
    for later in (at(0, 3), at(9, 0), at(23, 59)):
        with pytest.raises(OrderRefused):
            check_day_of_issue(yesterday, later)


@given(st.integers(-400, 400), st.integers(0, 23), st.integers(0, 59))
def test_no_other_day_counts(days: int, hour: int, minute: int) -> None:
    now = at(hour, minute)
    if days == 0:
        check_day_of_issue(TODAY, now)
    elif days != -1 or now > at(0, 3):
        with pytest.raises(OrderRefused):
            check_day_of_issue(TODAY + timedelta(days=days), now)

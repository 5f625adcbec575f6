"""Ages by law."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipal_adapter.rules.age import age_on


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2011, 3, 1), date(2026, 2, 28), 14),
        (date(2011, 3, 1), date(2026, 3, 1), 15),
        (date(2012, 2, 29), date(2027, 2, 28), 14),
        (date(2012, 2, 29), date(2027, 3, 1), 15),
        (date(2012, 2, 29), date(2028, 2, 28), 15),
        (date(2012, 2, 29), date(2028, 2, 29), 16),
    ],
)
def test_a_year_is_full_when_the_day_before_the_birthday_has_ended(
    birth: date, day: date, age: int
) -> None:
    assert age_on(birth, day) == age


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 40_000))
def test_age_grows_by_at_most_one_a_day(birth: date, days: int) -> None:
    day = birth + timedelta(days=days)
    assert 0 <= age_on(birth, day + timedelta(days=1)) - age_on(birth, day) <= 1

from datetime import date, timedelta

import pytest
from billing.rules.tax import NoRate, Taxed, days_of, rate_on
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("first", "before", "after"),
    [
        (date(1997, 4, 1), 3, 5),
        (date(2014, 4, 1), 5, 8),
        (date(2019, 10, 1), 8, 10),
    ],
)
def test_a_rate_begins_with_its_first_day(first: date, before: int, after: int) -> None:
    assert (rate_on(first - timedelta(days=1)), rate_on(first)) == (before, after)
    assert (days_of(before)[1], days_of(after)[0]) == (first - timedelta(days=1), first)


def test_a_day_before_the_tax_has_no_rate() -> None:
    assert rate_on(date(1989, 4, 1)) == 3
    with pytest.raises(NoRate, match="1989-03-31"):
        rate_on(date(1989, 3, 31))


@given(st.integers(0, 10**12), st.sampled_from([3, 5, 8, 10]))
def test_the_tax_in_a_sum_is_the_whole_yen_of_its_share(yen: int, rate: int) -> None:
    taxed = Taxed(rate, yen)
    assert taxed.tax + taxed.net == yen
    assert 0 <= yen * rate - taxed.tax * (100 + rate) < 100 + rate


def test_the_seeds_commissions_contain_their_tax_once() -> None:
    assert Taxed(5, 743_760).tax == 35_417

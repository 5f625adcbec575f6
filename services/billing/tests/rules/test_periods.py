"""Fiscal years, months and late entries, around every edge that a calendar has."""

from datetime import UTC, date, datetime

import pytest
from billing.rules.periods import Period, fiscal_year, period_for
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.clock import japan_day

MARCH, APRIL = Period(2011, 3), Period(2011, 4)
LATE = Period(2010, None)


def months(first: str, count: int) -> list[Period]:
    found = [Period.of(first)]
    while len(found) < count:
        found.append(found[-1].next_month)
    return found


FY2010 = months("2010-04", 12)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_every_day_is_in_one_month_of_one_fiscal_year(day: date) -> None:
    month = Period.month_of(day)
    assert month.first_day <= day <= month.last_day
    assert Period.of(str(month)) == month
    assert month.next_month.first_day.toordinal() == month.last_day.toordinal() + 1
    year = fiscal_year(day)
    assert date(year, 4, 1) <= day <= date(year + 1, 3, 31)
    assert month.fiscal_year == year


def test_a_leap_day_ends_its_month() -> None:
    assert Period.of("2012-02").last_day == date(2012, 2, 29)
    assert Period.of("2011-02").last_day == date(2011, 2, 28)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ((2011, 3, 31, 14, 59, 59), date(2011, 3, 31)),
        ((2011, 3, 31, 15, 0, 0), date(2011, 4, 1)),
        ((2012, 2, 28, 15, 0, 0), date(2012, 2, 29)),
        ((2012, 2, 29, 15, 0, 0), date(2012, 3, 1)),
    ],
)
def test_days_are_japans(moment: tuple[int, ...], day: date) -> None:
    found = japan_day(datetime(*moment, tzinfo=UTC))  # pyright: ignore[reportArgumentType, reportCallIssue] (six numbers)
    assert found == day
    assert fiscal_year(found) == (2010 if day <= date(2011, 3, 31) else 2011)


@pytest.mark.parametrize(
    "text", ["2010", "2010-4", "2010-13", "2010-00", "0000-01", "9999-late", ""]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a period is written"):
        Period.of(text)


@pytest.mark.parametrize(
    ("accepted", "entered", "closed", "period"),
    [
        # Its own month while that is open, however late it comes.
        ("2010-04-30", "2010-05-02", [], "2010-04"),
        ("2010-06-01", "2010-06-01", FY2010[:2], "2010-06"),
        # Then the next open month of the same fiscal year.
        ("2010-04-30", "2010-06-02", FY2010[:2], "2010-06"),
        ("2010-04-30", "2011-03-31", FY2010[:11], "2011-03"),
        # After March its late entries, until 31 May.
        ("2011-03-31", "2011-04-01", FY2010, "2010-late"),
        ("2010-04-01", "2011-05-31", FY2010, "2010-late"),
        ("2011-03-31", "2011-05-31", [*FY2010, APRIL], "2010-late"),
        # Afterwards, or when they are closed, the month that is open then (過年度).
        ("2011-03-31", "2011-06-01", FY2010, "2011-04"),
        ("2011-03-31", "2011-06-01", [*FY2010, APRIL], "2011-05"),
        ("2011-03-31", "2011-05-31", [*FY2010, LATE], "2011-04"),
        # Two years later it is nobody's late entry.
        ("2010-12-01", "2012-05-01", [*FY2010, *months("2011-04", 12)], "2012-04"),
    ],
)
def test_a_paper_is_settled_in_the_right_open_period(
    accepted: str, entered: str, closed: list[Period], period: str
) -> None:
    days = date.fromisoformat(accepted), date.fromisoformat(entered)
    assert str(period_for(*days, closed)) == period

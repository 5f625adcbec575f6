from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipal_adapter.certificates.era import era_date as printed
from municipal_adapter.records.mapping.dates import era_date, plain_date, spellings

OPENED = date(2010, 2, 2)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "平成22年2月2日",
            "平成２２年０２月０２日",
            "平22.2.2",
            "H22.02.02",
            "H22.2.2",
            "h22/2/2",
        ),
        *("㍻22年2月2日", "H 22. 2. 2", "H220202", "4220202", 4220202, "20100202", 20100202),
        *("2010-02-02", OPENED, datetime(2010, 2, 1, 15, 0, tzinfo=UTC)),
    ],
)
def test_all_the_ways_to_write_a_day_are_that_day(written: object) -> None:
    assert era_date(written) == OPENED


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("3640107", date(1989, 1, 7)),
        ("明治6年1月1日", date(1873, 1, 1)),
    ],
)
def test_the_first_and_last_days_of_eras(written: str, day: date) -> None:
    assert era_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        *("昭和64年1月8日", "平成31年5月1日", "平成元年1月7日", "明治5年12月31日", "0000000"),
        *("99999999", "H22.13.02", "H00.01.01", "平成22年2月", "6010101", "", True, 1.5, None),
        *("2010/02/02/x", "20100230"),
    ],
)
def test_what_is_no_day_of_its_era_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="no date"):
        era_date(written)


@pytest.mark.parametrize("written", ["20100202", "H22.2.2", 20100202, "", None])
def test_other_dates_than_plain_ones_need_the_mapping_to_say_so(written: object) -> None:
    with pytest.raises(ValueError, match="no date"):
        plain_date(written)


@given(st.dates(date(1873, 1, 1), date(2099, 12, 31)))
def test_every_spelling_that_is_searched_for_is_that_day(day: date) -> None:
    assert {era_date(written) for written in spellings(day)} == {day}
    assert printed(day) in spellings(day)

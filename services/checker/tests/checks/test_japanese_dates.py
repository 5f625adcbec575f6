from datetime import date

import pytest
from checker.checks.japanese_dates import spellings


@pytest.mark.parametrize(
    ("day", "spelling"),
    [
        (date(2026, 11, 24), "令和8年11月24日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "明治45年7月29日"),
    ],
)
def test_a_day_is_spelled_in_its_era(day: date, spelling: str) -> None:
    assert spelling in spellings(day)


def test_only_a_first_year_has_two_spellings() -> None:
    assert spellings(date(2019, 12, 1)) == ("令和元年12月1日", "令和1年12月1日")
    assert len(spellings(date(2020, 1, 1))) == 1

"""Era dates."""

from datetime import date

import pytest
from municipal_adapter.certificates.era import era_date


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 23), "令和8年11月23日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1873, 1, 1), "明治6年1月1日"),
    ],
)
def test_eras_change_on_their_days(day: date, text: str) -> None:
    assert era_date(day) == text


def test_no_era_date_before_the_solar_calendar() -> None:
    with pytest.raises(ValueError, match="1873"):
        era_date(date(1872, 12, 31))

"""Japan's era dates (和暦), as on certificates."""

from datetime import date

ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1873, 1, 1), "明治"),
)
"""First day and name, the latest first; 明治 from the day the solar calendar came into force."""


def era_date(day: date) -> str:
    """Return the date as on a certificate: 令和元年5月1日.

    Raises:
        ValueError: before 1873, where the calendar was another one.

    """
    for first, name in ERAS:
        if day >= first:
            year = day.year - first.year + 1 if name != "明治" else day.year - 1867
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    raise ValueError("a date before 1873 has no date of the solar calendar in Japan")

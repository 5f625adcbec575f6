"""Japanese dates as papers spell them, made here without the renderer's code."""

from datetime import date

_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)
"""First day of each era."""


def spellings(day: date) -> tuple[str, ...]:
    """Return the spellings of a day in its era, without spaces; the first year is 元年 or 1年."""
    for first, era in _ERAS:
        if day >= first:
            year = day.year - first.year + 1
            years = ("元", "1") if year == 1 else (str(year),)
            return tuple(f"{era}{y}年{day.month}月{day.day}日" for y in years)
    return (f"{day.year}年{day.month}月{day.day}日",)

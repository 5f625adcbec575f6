"""Dates as the systems of municipalities write them (和暦 and western)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize

from madoguchi_wire.clock import japan_day


@dataclass(frozen=True)
class _Era:
    digit: str
    letter: str
    name: str
    year_before: int
    """The western year before its first."""
    first: date
    last: date


_ERAS = (
    _Era("1", "M", "明治", 1867, date(1873, 1, 1), date(1912, 7, 30)),
    _Era("2", "T", "大正", 1911, date(1912, 7, 30), date(1926, 12, 25)),
    _Era("3", "S", "昭和", 1925, date(1926, 12, 25), date(1989, 1, 7)),
    _Era("4", "H", "平成", 1988, date(1989, 1, 8), date(2019, 4, 30)),
    _Era("5", "R", "令和", 2018, date(2019, 5, 1), date.max),
)
"""明治 from the day the solar calendar came into force. The day on which 大正 and 昭和 began is
written in either era."""
_BY_NAME = {name: era for era in _ERAS for name in (era.letter, era.name, era.name[0])}
_BY_DIGIT = {era.digit: era for era in _ERAS}
_WRITTEN = re.compile(
    r"(?P<era>明治?|大正?|昭和?|平成?|令和?|[MTSHR])"
    r"(?P<year>元|\d{1,2})(?:年|[./-])(?P<month>\d{1,2})(?:月|[./-])(?P<day>\d{1,2})日?"
)
_PACKED = re.compile(r"(?P<era>[1-5MTSHR])(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_WESTERN = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)")


def plain_date(value: object) -> date:
    """Return the day of a date, a time or an ISO text (2010-02-02).

    Raises:
        ValueError: it is none of them.

    """
    if isinstance(value, datetime):
        return value.date() if value.tzinfo is None else japan_day(value)
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip()):
        return date.fromisoformat(value.strip())
    raise ValueError("no date")


def era_date(value: object) -> date:
    """Return the day of 平成22年2月2日, H22.02.02, H220202, 4220202, 20100202 or a plain date.

    The digit is the era: 1 明治, 2 大正, 3 昭和, 4 平成, 5 令和.

    Raises:
        ValueError: it is none of them, or no day of that era.

    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        return plain_date(value)
    text = "".join(normalize("NFKC", str(value)).upper().split())
    try:
        return _era_day(text) or _western_day(text) or plain_date(text)
    except ValueError:
        raise ValueError("no date") from None


def _era_day(text: str) -> date | None:
    written = _WRITTEN.fullmatch(text) or _PACKED.fullmatch(text)
    if written is None:
        return None
    era = _BY_NAME.get(written["era"]) or _BY_DIGIT[written["era"]]
    year = 1 if written["year"] == "元" else int(written["year"])
    day = date(era.year_before + year, int(written["month"]), int(written["day"]))
    if not era.first <= day <= era.last:
        raise ValueError("no day of that era")
    return day


def _western_day(text: str) -> date | None:
    written = _WESTERN.fullmatch(text)
    return date(*map(int, written.groups())) if written else None


def spellings(day: date) -> tuple[str, ...]:
    """Return how the day is written, so that a database can be searched for it.

    Not every text that `era_date` reads: one separator, no spaces, half-width.
    """
    written = [f"{day:%Y%m%d}", day.isoformat()]
    for era in _ERAS:
        if not era.first <= day <= era.last:
            continue
        year = day.year - era.year_before
        written += [f"{sign}{year:02}{day:%m%d}" for sign in (era.digit, era.letter)]
        for name in (era.letter, era.name, era.name[0]):
            years = ("元", "1", "01") if year == 1 else (f"{year}", f"{year:02}")
            for number in dict.fromkeys(years):
                written += _separated(f"{name}{number}", day)
    return tuple(written)


def _separated(year: str, day: date) -> list[str]:
    short, padded = (f"{day.month}", f"{day.day}"), (f"{day:%m}", f"{day:%d}")
    both = dict.fromkeys((short, padded))
    return [f"{year}年{month}月{number}日" for month, number in both] + [
        f"{year}{separator}{month}{separator}{number}"
        for month, number in both
        for separator in "./-"
    ]

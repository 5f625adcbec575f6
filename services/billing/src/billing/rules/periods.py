"""Fiscal years, months and the period in which a paper is settled.

A fiscal year (会計年度) runs from April to March. It stays open for its own late entries until
31 May (出納整理期間, 地方自治法施行令142条). What comes later belongs to the year that is open
then, as an entry of an earlier one (過年度).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_LATE = re.compile(r"([0-9]{4})-late")
_APRIL = 4


@dataclass(frozen=True)
class Period:
    """A month, or the time for late entries after a fiscal year."""

    year: int
    """The calendar's for a month, the fiscal year for late entries."""
    month: int | None
    """None: late entries."""

    @classmethod
    def of(cls, text: str) -> "Period":
        """Read `2010-04` or `2010-late`.

        Raises:
            ValueError: it is neither.

        """
        month, late = _MONTH.fullmatch(text), _LATE.fullmatch(text)
        if month is not None and "0000" < month[1] < "9999":
            return cls(int(month[1]), int(month[2]))
        if late is not None and "0000" < late[1] < "9999":
            return cls(int(late[1]), None)
        raise ValueError("a period is written 2010-04, or 2010-late after fiscal year 2010")

    @classmethod
    def month_of(cls, day: date) -> "Period":
        """Return the month of a day."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{'late' if self.month is None else f'{self.month:02}'}"

    @property
    def fiscal_year(self) -> int:
        """The fiscal year that it belongs to."""
        return self.year if self.month is None else fiscal_year(self.first_day)

    @property
    def first_day(self) -> date:
        """Its first day; late entries are made from 1 April on, after the year's end."""
        return date(self.year, self.month, 1) if self.month else date(self.year + 1, _APRIL, 1)

    @property
    def last_day(self) -> date:
        """Its last day; that of late entries is 31 May."""
        if self.month is None:
            return date(self.year + 1, 5, 31)
        return self.next_month.first_day - timedelta(days=1)

    @property
    def next_month(self) -> "Period":
        """The month that follows its first one."""
        return Period.month_of(self.first_day + timedelta(days=31))


def fiscal_year(day: date) -> int:
    """Return the fiscal year of a day: that of its April."""
    return day.year if day.month >= _APRIL else day.year - 1


def period_for(accepted_on: date, entered_on: date, closed: Collection[Period]) -> Period:
    """Return the period in which a paper is settled.

    Args:
        accepted_on: its day, which decides the fiscal year.
        entered_on: the day on which it came into the books, perhaps late.
        closed: all closed periods; months are closed in their order.

    """
    own = Period.month_of(accepted_on)
    months = [one for one in closed if one.month is not None]
    last = max(months, key=lambda one: one.first_day, default=None)
    if last is None or own.first_day > last.first_day:
        return own
    first_open = last.next_month
    late = Period(fiscal_year(accepted_on), None)
    if first_open.fiscal_year == late.fiscal_year:
        return first_open
    return late if entered_on <= late.last_day and late not in closed else first_open

"""The quarters of a fiscal year (年度): April to June is the first, January to March the fourth."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from madoguchi_wire.clock import JAPAN

_FIRST_MONTH = 4
_REIWA = 2018
"""The year before 令和元年."""


@dataclass(frozen=True)
class Quarter:
    """A quarter; `year` is the one in which its fiscal year begins."""

    year: int
    number: int
    """1 to 4."""

    @classmethod
    def of(cls, text: str) -> "Quarter":
        """Read `2026-Q1`.

        Raises:
            ValueError: it is no quarter.

        """
        year, _, number = text.partition("-Q")
        if len(year) != 4 or not year.isdecimal() or number not in ("1", "2", "3", "4"):
            raise ValueError(
                "a quarter is written 2026-Q1: the fiscal year and its quarter, 1 to 4"
            )
        if int(year) < _REIWA + 1:
            raise ValueError("no quarter before fiscal 2019 has events")
        return cls(int(year), int(number))

    @property
    def first_day(self) -> date:
        """Japan's first day of it."""
        month = _FIRST_MONTH + 3 * (self.number - 1)
        return date(self.year + (month > 12), month - 12 * (month > 12), 1)

    @property
    def last_day(self) -> date:
        """Japan's last day of it."""
        following = Quarter(self.year + self.number // 4, self.number % 4 + 1)
        return following.first_day - timedelta(days=1)

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first_day, time(0), JAPAN)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last_day + timedelta(days=1), time(0), JAPAN)

    @property
    def weeks(self) -> tuple[date, ...]:
        """First days of seven days each, from the first day on; the last are fewer."""
        days = (self.last_day - self.first_day).days + 1
        return tuple(self.first_day + timedelta(days=day) for day in range(0, days, 7))

    @property
    def japanese(self) -> str:
        """Return 令和8年度 第1四半期."""
        era = self.year - _REIWA
        return f"令和{'元' if era == 1 else era}年度 第{self.number}四半期"

    def __str__(self) -> str:
        """Return 2026-Q1."""
        return f"{self.year}-Q{self.number}"

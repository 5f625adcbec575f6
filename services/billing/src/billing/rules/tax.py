"""Consumption tax (消費税): the rate of a day, and what of a sum that contains it is tax.

Certificate fees are exempt (非課税, 消費税法 別表第二5号). The commission for handing papers out is
taxable, at the rate of the day of the paper.
"""

from dataclasses import dataclass
from datetime import date, timedelta

_RATES = (
    (date(1989, 4, 1), 3),
    (date(1997, 4, 1), 5),
    (date(2014, 4, 1), 8),
    (date(2019, 10, 1), 10),
)
"""First day and percent, national and local part together."""


class NoRate(ValueError):
    """There was no consumption tax on this day."""


@dataclass(frozen=True)
class Taxed:
    """A sum of yen at one rate, tax included."""

    rate: int
    """Percent."""
    yen: int
    """Tax included."""

    @property
    def tax(self) -> int:
        """What of it is tax, in yen; a fraction of a yen is dropped once, here."""
        return self.yen * self.rate // (100 + self.rate)

    @property
    def net(self) -> int:
        """What of it is no tax, in yen."""
        return self.yen - self.tax


def rate_on(day: date) -> int:
    """Return the rate in percent on a day of Japan's calendar.

    Raises:
        NoRate: before 1 April 1989.

    """
    begun = [rate for first, rate in _RATES if first <= day]
    if not begun:
        raise NoRate(f"there was no consumption tax on {day}: it began on {_RATES[0][0]}")
    return begun[-1]


def days_of(rate: int) -> tuple[date, date]:
    """Return the first and the last day of a rate; that of today has no end yet."""
    ends = [first - timedelta(days=1) for first, _ in _RATES[1:]]
    spans = zip(_RATES, [*ends, date.max], strict=True)
    return next((first, last) for (first, percent), last in spans if percent == rate)

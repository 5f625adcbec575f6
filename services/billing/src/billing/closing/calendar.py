"""Which days and periods are closed, and which may be closed next."""

from dataclasses import dataclass
from datetime import date, timedelta

from madoguchi_wire.errors import PeriodClosed, PeriodNotOver, PeriodOutOfOrder
from madoguchi_wire.kit.pool import Connection

from billing.rules.periods import Period

_DAYS = "SELECT min(day) AS first, max(day) AS last FROM billing.days"
_PERIODS = "SELECT period FROM billing.periods"
_FIRST_RECORD = """
    SELECT least((SELECT min(accepted_on) FROM metering_records),
                 (SELECT min(accepted_on) FROM issuances WHERE NOT test),
                 (SELECT min(accepted_on) FROM ledger_transfers))
"""

_EMPTY = "The books have no record yet: the first close is that of the first record's day or month."


@dataclass(frozen=True)
class Calendar:
    """What is closed."""

    first_day: date | None
    """On which the books begin: the first closed day, or else the first record's; None: empty."""
    last_day: date | None
    """The last day that was closed."""
    periods: frozenset[Period]

    @property
    def next_day(self) -> date | None:
        """The first day that is open; None: there is nothing to close."""
        return self.first_day if self.last_day is None else self.last_day + timedelta(days=1)

    @property
    def next_month(self) -> Period | None:
        """The first month that is open; None: there is nothing to close."""
        months = [one for one in self.periods if one.month is not None]
        if months:
            return max(months, key=lambda one: one.first_day).next_month
        return None if self.first_day is None else Period.month_of(self.first_day)

    def check_day(self, day: date, today: date) -> None:
        """Pass the day that is closed next.

        Raises:
            PeriodNotOver: Japan's day is not past it.
            PeriodClosed: it is closed.
            PeriodOutOfOrder: another one comes first.

        """
        if today <= day:
            raise PeriodNotOver(f"{day} is not over: today is {today} in Japan.")
        if self.last_day is not None and day <= self.last_day:
            raise PeriodClosed(f"{day} is closed: the last closed day is {self.last_day}.")
        if self.next_day is None:
            raise PeriodOutOfOrder(_EMPTY)
        if day < self.next_day:
            raise PeriodOutOfOrder(f"The books begin on {self.next_day}: {day} is before.")
        if day > self.next_day:
            raise PeriodOutOfOrder(f"Close {self.next_day} before {day}.")

    def check_month(self, month: Period, today: date) -> None:
        """Pass the month that is closed next; raises as `check_day`."""
        if today <= month.last_day:
            raise PeriodNotOver(f"{month} is not over: today is {today} in Japan.")
        if month in self.periods:
            raise PeriodClosed(f"{month} is closed.")
        wanted = self.next_month
        if wanted is None:
            raise PeriodOutOfOrder(_EMPTY)
        if month != wanted:
            raise PeriodOutOfOrder(f"Close {wanted}: it is the next month, {month} is not.")

    def check_late(self, late: Period, today: date) -> None:
        """Pass the late entries of a fiscal year whose months are closed; raises as `check_day`."""
        if today <= late.last_day:
            raise PeriodNotOver(f"{late} is open until {late.last_day}: today is {today} in Japan.")
        if late in self.periods:
            raise PeriodClosed(f"{late} is closed.")
        march = Period(late.year + 1, 3)
        if march not in self.periods:
            raise PeriodOutOfOrder(f"Close {march} before {late}.")


async def first_record(connection: Connection) -> date | None:
    """Return the day of the gateway's first record; None: it has none."""
    first: date | None = await connection.fetchval(_FIRST_RECORD)
    return first


async def read_calendar(connection: Connection) -> Calendar:
    """Return what is closed."""
    days = await connection.fetchrow(_DAYS)
    assert days is not None  # noqa: S101 (an aggregate has one row)
    periods = await connection.fetch(_PERIODS)
    first = days["first"] or await first_record(connection)
    closed = frozenset(Period.of(row["period"]) for row in periods)
    return Calendar(first, days["last"], closed)

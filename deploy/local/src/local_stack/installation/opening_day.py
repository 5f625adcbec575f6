"""The moment that a simulation takes place at: stores are open, whatever the real time is."""

from datetime import date, datetime, time, timedelta

from madoguchi_wire.clock import JAPAN

OPENING = time(10, 0, tzinfo=JAPAN)
_SATURDAY = 5


def offset_to_opening(now: datetime) -> timedelta:
    """Return how far to shift clocks to be at 10:00 in Japan on the next ordinary weekday."""
    day = now.astimezone(JAPAN).date() + timedelta(days=1)
    while not _is_ordinary(day):
        day += timedelta(days=1)
    return datetime.combine(day, OPENING) - now


def _is_ordinary(day: date) -> bool:
    """Tell whether it is a weekday outside of the turn of the year (12-29 to 01-03)."""
    turn_of_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < _SATURDAY and not turn_of_year

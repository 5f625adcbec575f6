from datetime import UTC, datetime, timedelta

from local_stack.installation.opening_day import offset_to_opening
from madoguchi_wire.clock import JAPAN

HOURS_OF_TWO_YEARS = 2 * 366 * 24
SATURDAY = 5


def test_at_any_hour_of_any_day_the_simulation_is_in_service_hours() -> None:
    start = datetime(2026, 12, 1, 0, 30, 12, 345678, tzinfo=UTC)
    for hours in range(HOURS_OF_TWO_YEARS):
        now = start + timedelta(hours=hours)
        there = (now + offset_to_opening(now)).astimezone(JAPAN)
        assert (there.hour, there.minute, there.second) == (10, 0, 0)
        assert there.weekday() < SATURDAY
        assert f"{there:%m-%d}" not in {"12-29", "12-30", "12-31", "01-01", "01-02", "01-03"}
        assert timedelta(0) < there - now < timedelta(days=9)

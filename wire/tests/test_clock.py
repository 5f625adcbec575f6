"""Moments: one spelling on the wire, and Japan's days."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.clock import (
    Instant,
    ManualClock,
    SystemClock,
    instant_text,
    japan_day,
)
from pydantic import TypeAdapter, ValidationError

INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 (bounds have no zone)


@pytest.mark.parametrize("given", ["0", "0.5", "1700000000", "1700000000.5", "2026-04-01"])
def test_a_number_or_a_day_is_no_moment(given: str) -> None:
    for spelled in (given, f'"{given}"'):
        with pytest.raises(ValidationError):
            INSTANT.validate_json(spelled)


@given(MOMENTS)
def test_a_moment_has_one_spelling_whatever_its_zone(moment: datetime) -> None:
    read = INSTANT.validate_python(moment)
    spelled = INSTANT.dump_python(read, mode="json")
    assert spelled == instant_text(moment)
    assert INSTANT.validate_json(f'"{spelled}"') == read
    assert read.utcoffset() == timedelta(0)
    assert timedelta(0) <= moment - read < timedelta(milliseconds=1)


def test_the_spelling_is_utc_with_milliseconds() -> None:
    moment = datetime(2026, 11, 23, 16, 20, 6, 123999, timezone(timedelta(hours=9)))
    assert instant_text(moment) == "2026-11-23T07:20:06.123Z"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_beyond_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_json(f'"{text}"')


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_json('"2026-11-23T07:20:06.123"')


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 31, 14, 59, 59, 999999, UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 15, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 15, 0, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-8))), date(2026, 11, 23)),
    ],
)
def test_the_day_changes_at_midnight_in_japan(moment: datetime, day: date) -> None:
    assert japan_day(moment) == day


def test_the_offset_moves_the_clock_of_the_machine() -> None:
    ahead = SystemClock(timedelta(days=3)).now() - SystemClock().now()
    assert abs(ahead - timedelta(days=3)) < timedelta(seconds=5)


def test_a_manual_clock_stands_still_until_it_is_moved() -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    clock = ManualClock(start)
    assert clock.now() == start
    clock.advance(timedelta(seconds=1))
    assert clock.now() == start + timedelta(seconds=1)

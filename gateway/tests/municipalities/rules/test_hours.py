"""Hours hold to the millisecond, by Japan's clock, whatever zone a moment is spelled in."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.rules.hours import hours_on, is_closed_on, is_open
from gateway.terminals.terminal import SiteHours, Terminal
from gateway_testing.places import AT_CITY_HALL, AT_STORE, with_hours
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.order import Kind

FIRST = datetime.fromisoformat("2010-02-02")
LAST = datetime.fromisoformat("2040-01-01")

YEARS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


def _opens(municipality: MunicipalityFile, moment: datetime) -> bool:
    return is_open(municipality, Kind.RESIDENT_RECORD, AT_STORE, moment)


def test_the_boundaries_are_half_past_six_and_the_last_millisecond_before_eleven(
    ichikawa: MunicipalityFile,
) -> None:
    day = datetime(2026, 11, 23, tzinfo=JAPAN)
    opening = day.replace(hour=6, minute=30)
    closing = day.replace(hour=23)
    tick = timedelta(milliseconds=1)
    assert not _opens(ichikawa, opening - tick)
    assert _opens(ichikawa, opening)
    assert _opens(ichikawa, closing - tick)
    assert not _opens(ichikawa, closing)


@given(moment=YEARS, zone_hours=st.integers(-12, 14))
def test_hours_depend_on_the_moment_and_not_on_how_it_is_spelled(
    ichikawa: MunicipalityFile, moment: datetime, zone_hours: int
) -> None:
    spelled = moment.astimezone(timezone(timedelta(hours=zone_hours)))
    assert _opens(ichikawa, spelled) == _opens(ichikawa, moment)


@given(moment=YEARS)
def test_it_is_open_exactly_between_its_hours_on_days_that_are_not_closed(
    ichikawa: MunicipalityFile, moment: datetime
) -> None:
    local = moment.astimezone(JAPAN)
    within = time(6, 30) <= local.time() < time(23)
    new_year = (local.month, local.day) in {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    assert is_closed_on(ichikawa, Kind.RESIDENT_RECORD, local.date()) == new_year
    assert _opens(ichikawa, moment) == (within and not new_year)


def test_each_kind_has_hours_of_its_own(ichikawa: MunicipalityFile) -> None:
    evening = datetime(2026, 11, 23, 18, 0, tzinfo=JAPAN)
    assert _opens(ichikawa, evening)
    assert not is_open(ichikawa, Kind.SEAL_REGISTRATION, AT_STORE, evening)


TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))


@given(moment=YEARS, times=st.lists(TIMES, min_size=2, max_size=2, unique=True))
def test_at_a_citys_own_place_both_must_be_open(
    ichikawa: MunicipalityFile, moment: datetime, times: list[str]
) -> None:
    place = SiteHours(*sorted(times))
    rule = ichikawa.offers[Kind.SEAL_REGISTRATION]
    within = place.opens <= moment.astimezone(JAPAN).strftime("%H:%M") < place.closes
    machine, kind = with_hours(AT_CITY_HALL, place), Kind.SEAL_REGISTRATION
    expected = within and is_open(ichikawa, kind, AT_CITY_HALL, moment)
    assert is_open(ichikawa, kind, machine, moment) == expected
    shown = hours_on(ichikawa, kind, machine, moment.astimezone(JAPAN).date())
    if expected:
        assert shown is not None
    if shown is not None:
        assert max(place.opens, rule.opens) == shown.opens
        assert min(place.closes, rule.closes) == shown.closes


WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _hours(two: Sequence[str]) -> dict[str, Any]:
    return dict(zip(("opens", "closes"), sorted(two), strict=True))


@st.composite
def _weekly(draw: st.DrawFn) -> dict[str, Any]:
    hours = st.lists(TIMES, min_size=2, max_size=2, unique=True).map(_hours)
    days = st.dictionaries(st.sampled_from(WEEK), st.just("closed") | hours)
    return draw(hours) | {"weekdays": draw(days)}


@given(
    store=_weekly(),
    machine=st.none() | _weekly(),
    moment=YEARS,
    where=st.sampled_from([AT_STORE, AT_CITY_HALL]),
)
def test_hours_are_those_of_the_weekday_and_of_the_type_of_site(
    ichikawa_values: dict[str, Any],
    store: dict[str, Any],
    machine: dict[str, Any] | None,
    moment: datetime,
    where: Terminal,
) -> None:
    offers = {"resident_record": store | ({"city_machine": machine} if machine else {})}
    city = MunicipalityFile.model_validate(ichikawa_values | {"offers": offers, "closed": []})
    local = moment.astimezone(JAPAN)
    expected = (machine or store) if where is AT_CITY_HALL else store
    day = expected["weekdays"].get(WEEK[local.weekday()], expected)
    opens = day != "closed" and day["opens"] <= f"{local:%H:%M}" < day["closes"]
    assert is_open(city, Kind.RESIDENT_RECORD, where, moment) == opens


NEW_YEAR = date(2026, 12, 20)
DAYS = st.integers(0, 20).map(lambda days: NEW_YEAR + timedelta(days=days))


@given(first=DAYS, last=DAYS, day=DAYS, kinds=st.sets(st.sampled_from(Kind)))
def test_an_extra_closing_takes_out_its_days_for_its_kinds(
    ichikawa_values: dict[str, Any], first: date, last: date, day: date, kinds: set[Kind]
) -> None:
    first, last = sorted((first, last))
    closing = {"from": first, "until": last, "kinds": [*kinds]}
    city = MunicipalityFile.model_validate(
        ichikawa_values | {"closings": [closing], "closed": ["01-01"]}
    )
    for kind in Kind:
        closed = first <= day <= last and (kind in kinds or not kinds)
        assert is_closed_on(city, kind, day) == (closed or day == date(2027, 1, 1))
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=JAPAN)
        assert is_open(city, kind, AT_STORE, noon) != is_closed_on(city, kind, day)

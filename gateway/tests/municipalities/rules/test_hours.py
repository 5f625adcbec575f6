"""Hours hold to the millisecond, by Japan's clock, whatever zone a moment is spelled in."""

from datetime import UTC, datetime, time, timedelta, timezone

from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.rules.hours import hours_on, is_closed_on, is_open
from gateway.terminals.terminal import SiteHours
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.order import Kind

FIRST = datetime.fromisoformat("2010-02-02")
LAST = datetime.fromisoformat("2040-01-01")

YEARS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


def _opens(municipality: MunicipalityFile, moment: datetime) -> bool:
    return is_open(municipality, municipality.offers[Kind.RESIDENT_RECORD], None, moment)


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
    assert is_closed_on(ichikawa, local.date()) == new_year
    assert _opens(ichikawa, moment) == (within and not new_year)


def test_each_kind_has_hours_of_its_own(ichikawa: MunicipalityFile) -> None:
    evening = datetime(2026, 11, 23, 18, 0, tzinfo=JAPAN)
    assert _opens(ichikawa, evening)
    assert not is_open(ichikawa, ichikawa.offers[Kind.SEAL_REGISTRATION], None, evening)


TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))


@given(moment=YEARS, times=st.lists(TIMES, min_size=2, max_size=2, unique=True))
def test_at_a_citys_own_place_both_must_be_open(
    ichikawa: MunicipalityFile, moment: datetime, times: list[str]
) -> None:
    place = SiteHours(*sorted(times))
    rule = ichikawa.offers[Kind.SEAL_REGISTRATION]
    within = place.opens <= moment.astimezone(JAPAN).strftime("%H:%M") < place.closes
    expected = within and is_open(ichikawa, rule, None, moment)
    assert is_open(ichikawa, rule, place, moment) == expected
    shown = hours_on(ichikawa, rule, place, moment.astimezone(JAPAN).date())
    if expected:
        assert shown is not None
    if shown is not None:
        assert max(place.opens, rule.opens) == shown.opens
        assert min(place.closes, rule.closes) == shown.closes

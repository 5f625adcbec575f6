"""A kind has one price for a channel and a day, or clearly none: by Japan's midnights."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.rules.tariffs import Price, price_at
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.channel import Channel
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.errors import OfferRefused
from madoguchi_wire.order import Kind
from pydantic import ValidationError

RECORD, SEAL = Kind.RESIDENT_RECORD, Kind.SEAL_REGISTRATION
STORE, MACHINE = Channel.STORE, Channel.CITY_MACHINE
TICK = timedelta(milliseconds=1)
DAYS = [date(2011, 12, 25) + timedelta(days=number) for number in range(110)]
"""Past a leap day, month ends and the end of a fiscal year."""


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN)


def _price(city: MunicipalityFile, kind: Kind, channel: Channel, moment: datetime) -> Price | None:
    try:
        return price_at(city, kind, channel, moment)
    except OfferRefused:
        return None


@pytest.mark.parametrize(
    "first_day",
    [date(2011, 4, 1), date(2012, 2, 29), date(2012, 3, 1), date(2012, 5, 1), date(2013, 1, 1)],
    ids=["fiscal year", "leap day", "after the leap day", "month", "year"],
)
def test_the_price_changes_at_midnight_in_japan(
    ichikawa_values: dict[str, Any], first_day: date
) -> None:
    first, second = ichikawa_values["tariffs"]
    second = second | {"from": first_day}
    tariffs = {"tariffs": [first | {"until": first_day - timedelta(days=1)}, second]}
    city = MunicipalityFile.model_validate(ichikawa_values | tariffs)
    midnight = _midnight(first_day)
    assert _price(city, RECORD, STORE, midnight - TICK) == Price("2010-02", 250)
    assert _price(city, RECORD, STORE, midnight) == Price("2011-04", 300)


def test_before_the_first_tariff_and_after_the_last_nothing_is_offered(
    ichikawa_values: dict[str, Any],
) -> None:
    first, second = ichikawa_values["tariffs"]
    ending = {"tariffs": [first, second | {"until": "2012-02-29"}]}
    city = MunicipalityFile.model_validate(ichikawa_values | ending)
    first_day, day_after = _midnight(date(2010, 2, 2)), _midnight(date(2012, 3, 1))
    assert _price(city, RECORD, STORE, first_day - TICK) is None
    assert _price(city, RECORD, STORE, first_day) == Price("2010-02", 250)
    assert _price(city, RECORD, STORE, day_after - TICK) == Price("2011-04", 300)
    assert _price(city, RECORD, STORE, day_after) is None


YEN = st.integers(0, 1_000_000)
PRICES = st.fixed_dictionaries({}, optional={RECORD: YEN, SEAL: YEN})
BOUNDARIES = st.integers(0, len(DAYS) - 1)


@st.composite
def _periods(draw: st.DrawFn, name: str) -> dict[str, Any]:
    first = draw(BOUNDARIES)
    period: dict[str, Any] = {
        "version": f"{name}-{draw(st.integers(0, 1000))}",
        "from": DAYS[first],
        "prices": draw(PRICES),
        "city_machine_prices": draw(PRICES),
    }
    if name == "campaign" or draw(st.booleans()):
        period["until"] = DAYS[min(first + draw(st.integers(0, 60)), len(DAYS) - 1)]
    return period


@st.composite
def _tariffs(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = draw(st.lists(_periods("tariff"), min_size=1, max_size=3, unique_by=lambda t: t["from"]))
    made.sort(key=lambda tariff: tariff["from"])
    for one, following in pairwise(made):
        # Mostly the next one begins as one ends: else nearly all would be refused.
        if draw(st.integers(0, 3)) > 0:
            one["until"] = following["from"] - timedelta(days=1)
    return made


@given(
    tariffs=_tariffs(),
    campaigns=st.lists(_periods("campaign"), max_size=3),
    kind=st.sampled_from(Kind),
    channel=st.sampled_from(Channel),
    day=st.sampled_from(DAYS),
    time=st.timedeltas(timedelta(0), timedelta(hours=23, minutes=59, seconds=59)),
)
def test_any_tariffs_and_campaigns_give_one_price_a_day_or_are_refused(
    ichikawa_values: dict[str, Any],
    tariffs: list[dict[str, Any]],
    campaigns: list[dict[str, Any]],
    kind: Kind,
    channel: Channel,
    day: date,
    time: timedelta,
) -> None:
    offers = {RECORD.value: ichikawa_values["offers"][RECORD.value]}
    values = ichikawa_values | {"tariffs": tariffs, "campaigns": campaigns, "offers": offers}
    if _amiss(tariffs, campaigns):
        with pytest.raises(ValidationError):
            MunicipalityFile.model_validate(values)
        return
    city = MunicipalityFile.model_validate(values)
    moment = (_midnight(day) + time).astimezone(UTC)
    (expected,) = _prices(tariffs, campaigns, kind, channel, day) or [None]
    assert _price(city, kind, channel, moment) == expected


def _amiss(tariffs: list[dict[str, Any]], campaigns: list[dict[str, Any]]) -> bool:
    """Tell, day by day, whether some day has no tariff between two, or more than one price."""
    periods = [*tariffs, *campaigns]
    if len({one["version"] for one in periods}) < len(periods):
        return True
    if any(not (one["prices"] or one["city_machine_prices"]) for one in periods):
        return True
    priced = [RECORD in {**one["prices"], **one["city_machine_prices"]} for one in tariffs]
    if not priced[-1] or priced != sorted(priced):
        return True  # what has a price keeps one
    first, last = tariffs[0]["from"], tariffs[-1].get("until", DAYS[-1])
    for day in DAYS:
        has_tariff = len(_of_day(tariffs, day)) == 1
        if (first <= day <= last) != has_tariff or len(_of_day(tariffs, day)) > 1:
            return True
        if _of_day(campaigns, day) and not has_tariff:
            return True
        for kind in Kind:
            if any(len(_prices(tariffs, campaigns, kind, where, day)) > 1 for where in Channel):
                return True
    return False


def _of_day(periods: list[dict[str, Any]], day: date) -> list[dict[str, Any]]:
    """Return the periods of a day; without an end one lasts until the next begins."""
    found: list[dict[str, Any]] = []
    for index, one in enumerate(periods):
        later = [other["from"] for other in periods[index + 1 :]]
        ended = day > one["until"] if "until" in one else any(begun <= day for begun in later)
        found += [one] if one["from"] <= day and not ended else []
    return found


def _prices(
    tariffs: list[dict[str, Any]],
    campaigns: list[dict[str, Any]],
    kind: Kind,
    channel: Channel,
    day: date,
) -> list[Price]:
    """Return every price that somebody who reads the file could find."""
    for periods in (campaigns, tariffs):
        found: list[Price] = []
        for one in _of_day(periods, day):
            own: dict[Kind, int] = one["city_machine_prices"] if channel is MACHINE else {}
            named: dict[Kind, int] = one["prices"] | own
            found += [Price(one["version"], named[kind])] if kind in named else []
        if found:
            return found
    return []

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from madoguchi_wire.errors import BeaconRefused
from municipal_adapter.municipality.beacon import Beacons

NOW = datetime(2026, 3, 1, 3, 4, 20, tzinfo=UTC)
KEY = secrets.token_bytes(32)
ICHIKAWA = Beacons("122033", KEY)


def test_a_beacon_is_good_until_its_minute_ends_and_the_next_one_differs() -> None:
    beacon = ICHIKAWA.current(NOW)
    assert beacon.good_until == datetime(2026, 3, 1, 3, 5, tzinfo=UTC)
    assert ICHIKAWA.current(NOW + timedelta(seconds=39)) == beacon
    assert ICHIKAWA.current(NOW + timedelta(seconds=40)).beacon != beacon.beacon


def test_replicas_with_the_same_key_accept_each_others_beacons() -> None:
    ICHIKAWA.check(Beacons("122033", KEY).current(NOW).beacon, NOW, NOW)


@pytest.mark.parametrize("minutes", range(7))
def test_beacons_of_this_minute_and_the_six_before_are_accepted(minutes: int) -> None:
    beacon = ICHIKAWA.current(NOW - timedelta(minutes=minutes)).beacon
    ICHIKAWA.check(beacon, NOW, NOW)


@pytest.mark.parametrize("minutes", [-2, -1, 7, 8, 60])
def test_beacons_older_than_that_or_of_a_later_minute_are_refused(minutes: int) -> None:
    beacon = ICHIKAWA.current(NOW - timedelta(minutes=minutes)).beacon
    with pytest.raises(BeaconRefused):
        ICHIKAWA.check(beacon, NOW, NOW)


@pytest.mark.parametrize(
    "beacon",
    [
        Beacons("131130", KEY).current(NOW).beacon,
        Beacons("122033", secrets.token_bytes(32)).current(NOW).beacon,
        "",
        "市",
    ],
    ids=["municipality", "key", "nothing", "no beacon"],
)
def test_beacons_of_other_municipalities_keys_or_nobody_are_refused(beacon: str) -> None:
    with pytest.raises(BeaconRefused):
        ICHIKAWA.check(beacon, NOW, NOW)


def test_a_beacon_newer_than_a_slow_terminals_clock_is_accepted() -> None:
    beacon = ICHIKAWA.current(NOW).beacon
    ICHIKAWA.check(beacon, NOW - timedelta(seconds=30), NOW)

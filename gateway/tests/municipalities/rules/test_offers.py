"""An order is refused for the first reason that holds, and for nothing else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.rules.hours import is_open
from gateway.municipalities.rules.offers import offer_at
from gateway_testing.places import AT_STORE
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.errors import (
    OfferRefused,
    OptionNotOffered,
    OutOfHours,
    UnderMaintenance,
)
from madoguchi_wire.order import Options, ResidentRecordOptions, SealRegistrationOptions

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=JAPAN)
NIGHT = NOON.replace(hour=3)
SEAL = SealRegistrationOptions()
OPTIONS: st.SearchStrategy[Options] = st.one_of(
    st.just(SEAL),
    st.builds(
        ResidentRecordOptions,
        members=st.sampled_from([(), ("AAAA",)]),
        relationship=st.booleans(),
        honseki=st.booleans(),
    ),
)


def _with(values: dict[str, Any], **changes: object) -> MunicipalityFile:
    return MunicipalityFile.model_validate(values | changes)


@given(options=OPTIONS, copies=st.integers(1, 10))
def test_what_the_file_offers_is_offered_and_nothing_else(
    ichikawa: MunicipalityFile, options: Options, copies: int
) -> None:
    if copies <= ichikawa.offers[options.kind].maximum_copies:
        assert offer_at(ichikawa, options, copies, AT_STORE, NOON) is ichikawa.offers[options.kind]
    else:
        with pytest.raises(OptionNotOffered):
            offer_at(ichikawa, options, copies, AT_STORE, NOON)


def test_a_kind_that_is_not_offered_is_refused_before_its_hours(
    ichikawa_values: dict[str, Any],
) -> None:
    offers = {"seal_registration": ichikawa_values["offers"]["seal_registration"]}
    without = _with(ichikawa_values, offers=offers)
    with pytest.raises(OfferRefused) as refused:
        offer_at(without, ResidentRecordOptions(), 1, AT_STORE, NIGHT)
    assert type(refused.value) is OfferRefused


@pytest.mark.parametrize("option", ["members", "relationship", "honseki"])
def test_each_option_can_be_left_out_of_the_offer(
    ichikawa_values: dict[str, Any], option: str
) -> None:
    rule = ichikawa_values["offers"]["resident_record"] | {option: False}
    without = _with(ichikawa_values, offers={"resident_record": rule})
    wanted = ResidentRecordOptions(members=("AAAA",)) if option == "members" else (
        ResidentRecordOptions.model_validate({option: True})
    )  # fmt: skip
    with pytest.raises(OptionNotOffered):
        offer_at(without, wanted, 1, AT_STORE, NOON)
    offer_at(without, ResidentRecordOptions(), 1, AT_STORE, NOON)


def test_out_of_hours_is_the_last_reason(ichikawa: MunicipalityFile) -> None:
    with pytest.raises(OptionNotOffered):
        offer_at(ichikawa, SEAL, 9, AT_STORE, NIGHT)
    with pytest.raises(OutOfHours):
        offer_at(ichikawa, SEAL, 1, AT_STORE, NIGHT)


def test_a_window_of_maintenance_is_its_own_reason_and_ends_to_the_minute(
    ichikawa_values: dict[str, Any],
) -> None:
    window = {"from": "2026-11-23 12:00", "until": "2026-11-23 12:30"}
    city = _with(ichikawa_values, maintenance=[window])
    tick = timedelta(milliseconds=1)
    for moment in (NOON, NOON + timedelta(minutes=30) - tick):
        with pytest.raises(UnderMaintenance):
            offer_at(city, SEAL, 1, AT_STORE, moment)
        assert not is_open(city, SEAL.kind, AT_STORE, moment), "menus say the same"
    for moment in (NOON - tick, NOON + timedelta(minutes=30)):
        offer_at(city, SEAL, 1, AT_STORE, moment)
        assert is_open(city, SEAL.kind, AT_STORE, moment)
    only_records = _with(ichikawa_values, maintenance=[window | {"kinds": ["resident_record"]}])
    offer_at(only_records, SEAL, 1, AT_STORE, NOON)
    with pytest.raises(UnderMaintenance):
        offer_at(only_records, ResidentRecordOptions(), 1, AT_STORE, NOON)

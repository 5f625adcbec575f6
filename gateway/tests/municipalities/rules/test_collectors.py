"""Fees are taken where the mayor has designated the chain, and at the city's own machines."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from gateway.municipalities.rules.collectors import check_collector, may_collect
from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.terminals.terminal import Rate, SiteType, Terminal, TerminalState
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.errors import CollectorNotDesignated, MachineOfAnotherMunicipality

DAYS = st.dates(date(2012, 2, 25), date(2012, 4, 5))
STORE = Terminal(
    "t", "s", "tokiwa", "131130", SiteType.STORE, TerminalState.ENROLLED,
    (Rate(date(2010, 2, 2), 120), Rate(date(2012, 4, 1), 117)),
)  # fmt: skip
"""In another municipality than the one whose papers it prints."""


@given(first=DAYS, length=st.none() | st.integers(0, 40), moment=DAYS)
def test_a_chain_collects_from_its_first_day_to_its_last(
    ichikawa_values: dict[str, Any], first: date, length: int | None, moment: date
) -> None:
    until = None if length is None else first + timedelta(days=length)
    collectors = [
        {"chain": "machikado", "from": "2010-02-02"},
        {"chain": "tokiwa", "from": first, "until": until},
    ]
    city = MunicipalityFile.model_validate(ichikawa_values | {"collectors": collectors})
    midnight = datetime(moment.year, moment.month, moment.day, tzinfo=JAPAN)
    designated = first <= moment and (until is None or moment <= until)
    for at in (midnight, midnight + timedelta(days=1, milliseconds=-1)):
        assert may_collect(city, STORE, at) == designated


def test_without_a_designation_nobody_collects(ichikawa: MunicipalityFile) -> None:
    with pytest.raises(CollectorNotDesignated):
        check_collector(ichikawa, STORE, datetime(2026, 11, 23, tzinfo=JAPAN))


def test_a_citys_machine_needs_none_and_serves_its_own(ichikawa: MunicipalityFile) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=JAPAN)
    machine = Terminal("t", "s", "city", "122033", SiteType.CITY, TerminalState.ENROLLED)
    check_collector(ichikawa, machine, noon)
    elsewhere = Terminal("t", "s", "city", "131130", SiteType.CITY, TerminalState.ENROLLED)
    with pytest.raises(MachineOfAnotherMunicipality):
        check_collector(ichikawa, elsewhere, noon)


@given(day=DAYS)
def test_a_commission_is_the_rate_of_the_day(day: date) -> None:
    assert STORE.commission_on(day) == (120 if day < date(2012, 4, 1) else 117)
    assert STORE.commission_on(date(2010, 2, 1)) == 0
    machine = Terminal(
        "t", "s", "city", "122033", SiteType.CITY, TerminalState.ENROLLED, STORE.rates
    )
    assert machine.commission_on(day) == 0

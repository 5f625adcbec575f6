"""Fictitious records."""

from datetime import date

import pytest
from municipal_adapter.certificates.font import DEFAULT_FONT, open_font
from municipal_adapter.records.model import SealStatus
from municipal_adapter.synthetic import Case, synthetic_records
from municipal_adapter.synthetic.municipality import GONE, TODAY
from municipal_adapter_testing.papers import ichikawa


@pytest.mark.parametrize("code", ["122033", "131130", "132047"])
def test_each_municipality_is_the_same_every_time_and_unlike_the_others(code: str) -> None:
    town = synthetic_records(code)
    assert town == synthetic_records(code)
    assert town != synthetic_records(code, seed=1)
    assert len(town.households) == 45
    assert 100 <= len(town.residents) <= 140
    assert set(town.cases) == set(Case)


def test_the_test_household_is_nobodys_and_everything_can_be_tried_with_it() -> None:
    town = ichikawa()
    names = {one.name for one in town.test_household.members}
    others = [one for one in town.residents.values() if one.name not in names]
    assert len(others) == len(town.residents) - len(town.test_household.members)
    assert not {one.name.split()[0] for one in others} & {one.split()[0] for one in names}
    assert town.household_of(town.test_person.resident_id) == town.test_household
    assert town.seals[town.test_person.resident_id].status is SealStatus.ACTIVE
    assert town.test_household not in town.households


def test_addresses_are_in_towns_that_do_not_exist() -> None:
    assert all("架空町" in one.address or "見本町" in one.address for one in ichikawa().households)


def test_households_are_of_today_with_their_head_first() -> None:
    for household in ichikawa().households:
        assert household.members[0].relationship == "世帯主"
        assert household.members[0].name == household.head_name
        assert not {one.status for one in household.members} & {*GONE}
        names = [one.name for one in household.members]
        assert len(set(names)) == len(names)


def test_nobody_is_resident_before_birth_and_every_name_can_be_drawn() -> None:
    font = open_font(DEFAULT_FONT)
    for one in ichikawa().residents.values():
        assert one.birth_date <= one.became_resident_on <= TODAY
        texts = (one.name, one.name_kana, one.alias, one.honseki, one.previous_address)
        assert font.draws("".join(text or "" for text in texts))


def test_seals_that_may_not_be_certified_are_told_apart() -> None:
    town = ichikawa()

    def seal(case: Case) -> tuple[SealStatus, bool]:
        person = town.residents[town.cases[case]]
        registered = town.seals[person.resident_id]
        return registered.status, registered.registered_name == person.name

    assert seal(Case.ORDINARY) == (SealStatus.ACTIVE, True)
    assert seal(Case.CANCELLED_SEAL) == (SealStatus.CANCELLED, True)
    assert seal(Case.SUSPENDED_SEAL) == (SealStatus.SUSPENDED, True)
    assert seal(Case.LAPSED_SEAL) == (SealStatus.ACTIVE, False)


def test_whoever_moves_in_today_moves_in_on_the_given_day() -> None:
    day = date(2026, 7, 1)
    town = synthetic_records("122033", today=day)
    household = town.household_of(town.cases[Case.MOVED_IN_TODAY])
    assert {one.moved_here_on for one in household.members} == {day}


def test_nobody_is_in_an_ordinary_household_before_birth() -> None:
    day = date(2010, 4, 1)
    then, now = (synthetic_records("122033", today=today) for today in (day, TODAY))
    for household, later in list(zip(then.households, now.households, strict=True))[len(Case) :]:
        assert household.members == tuple(one for one in later.members if one.birth_date < day)

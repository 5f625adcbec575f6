"""Who may get a certificate."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipal_adapter.records.model import Household, Resident
from municipal_adapter.rules.release import (
    RefusalReason,
    age_on,
    why_not_resident_record,
    why_not_seal,
)
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import ichikawa

TODAY = date(2026, 3, 1)
REASONS = {
    Case.ORDINARY: None,
    Case.LARGE_HOUSEHOLD: None,
    Case.DECEASED: RefusalReason.DECEASED,
    Case.MOVED_OUT: RefusalReason.MOVED_OUT,
    Case.PROTECTED: RefusalReason.PROTECTED,
    Case.CHILD: RefusalReason.UNDER_AGE,
    Case.NO_SEAL: None,
    Case.CANCELLED_SEAL: None,
    Case.FOREIGN: None,
    Case.LONG_NAME: None,
}
SEAL_REASONS = REASONS | {
    Case.NO_SEAL: RefusalReason.NO_SEAL,
    Case.CANCELLED_SEAL: RefusalReason.SEAL_CANCELLED,
}


def of_case(case: Case) -> tuple[Resident, Household]:
    town = ichikawa()
    resident_id = town.cases[case]
    return town.residents[resident_id], town.household_of(resident_id)


@pytest.mark.parametrize("case", list(Case))
def test_each_case_is_answered_by_its_reason(case: Case) -> None:
    holder, household = of_case(case)
    members = household.members
    assert why_not_resident_record(holder, household, members, TODAY, 15) is REASONS[case]
    seal = ichikawa().seals.get(holder.resident_id)
    assert why_not_seal(holder, household, seal, TODAY, 15) is SEAL_REASONS[case]


@pytest.mark.parametrize("member", range(3))
def test_one_protected_member_closes_the_whole_household(member: int) -> None:
    holder, household = of_case(Case.ORDINARY)
    members = list(household.members)
    members[member] = replace(members[member], protected=True)
    household = replace(household, members=tuple(members))
    seal = ichikawa().seals[holder.resident_id]
    record = why_not_resident_record(holder, household, [holder], TODAY, 15)
    assert record is RefusalReason.PROTECTED
    assert why_not_seal(holder, household, seal, TODAY, 15) is RefusalReason.PROTECTED


def test_nobody_outside_the_household_is_released() -> None:
    holder, household = of_case(Case.ORDINARY)
    stranger, elsewhere = of_case(Case.LARGE_HOUSEHOLD)
    reason = why_not_resident_record(holder, household, [holder, stranger], TODAY, 15)
    assert reason is RefusalReason.NOT_A_MEMBER
    reason = why_not_resident_record(holder, elsewhere, elsewhere.members, TODAY, 15)
    assert reason is RefusalReason.NO_SUCH_PERSON


def test_nobody_twice_and_not_nobody() -> None:
    holder, household = of_case(Case.ORDINARY)
    twice = why_not_resident_record(holder, household, [holder, holder], TODAY, 15)
    assert twice is RefusalReason.NOT_A_MEMBER
    nobody = why_not_resident_record(holder, household, [], TODAY, 15)
    assert nobody is RefusalReason.NOBODY_CHOSEN


def test_a_seal_of_another_person_is_no_seal() -> None:
    holder, household = of_case(Case.ORDINARY)
    town = ichikawa()
    other = town.seals[town.cases[Case.LARGE_HOUSEHOLD]]
    assert why_not_seal(holder, household, other, TODAY, 15) is RefusalReason.NO_SEAL


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2011, 3, 1), date(2026, 2, 28), 14),
        (date(2011, 3, 1), date(2026, 3, 1), 15),
        (date(2012, 2, 29), date(2027, 2, 28), 14),
        (date(2012, 2, 29), date(2027, 3, 1), 15),
        (date(2012, 2, 29), date(2028, 2, 28), 15),
        (date(2012, 2, 29), date(2028, 2, 29), 16),
    ],
)
def test_a_year_is_full_when_the_day_before_the_birthday_has_ended(
    birth: date, day: date, age: int
) -> None:
    assert age_on(birth, day) == age


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 40_000))
def test_age_grows_by_at_most_one_a_day(birth: date, days: int) -> None:
    day = birth + timedelta(days=days)
    assert 0 <= age_on(birth, day + timedelta(days=1)) - age_on(birth, day) <= 1

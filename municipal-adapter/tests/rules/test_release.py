"""Who may get a certificate."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipal_adapter.records.model import Household, Resident, ResidentStatus, SealStatus
from municipal_adapter.records.source import SourceFault
from municipal_adapter.rules.reasons import REASONS, RefusalReason
from municipal_adapter.rules.release import (
    Facts,
    Stops,
    why_not_anything,
    why_not_resident_record,
    why_not_seal,
)
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import ichikawa

TODAY = date(2026, 3, 1)
R = RefusalReason
CASES = {
    Case.DECEASED: R.DECEASED,
    Case.MOVED_OUT: R.MOVED_OUT,
    Case.PROTECTED: R.PROTECTED,
    Case.CHILD: R.UNDER_AGE,
    Case.LEAVING: R.LEAVING,
    Case.CHANGE_PENDING: R.CHANGE_PENDING,
}
SEALS = {
    Case.NO_SEAL: R.NO_SEAL,
    Case.CANCELLED_SEAL: R.SEAL_CANCELLED,
    Case.SUSPENDED_SEAL: R.SEAL_SUSPENDED,
    Case.LAPSED_SEAL: R.SEAL_LAPSED,
}


def of_case(case: Case) -> tuple[Resident, Household]:
    town = ichikawa()
    resident_id = town.cases[case]
    return town.residents[resident_id], town.household_of(resident_id)


def facts(case: Case = Case.ORDINARY) -> Facts:
    holder, household = of_case(case)
    return Facts(
        today=TODAY,
        minimum_age=15,
        card_valid_from=TODAY - timedelta(days=1),
        fault=None,
        is_fresh=True,
        mapping_fits=True,
        holder=holder,
        household=household,
        stops=Stops(),
        tests=frozenset(),
        at_test_terminal=False,
    )


def whole(given: Facts) -> frozenset[str]:
    members = () if given.household is None else given.household.members
    return frozenset(member.resident_id for member in members)


def reasons(given: Facts) -> tuple[RefusalReason | None, RefusalReason | None]:
    """Return the reason against the record and against the seal certificate."""
    seal = None if given.holder is None else ichikawa().seals.get(given.holder.resident_id)
    return why_not_resident_record(given, whole(given)), why_not_seal(given, seal)


@pytest.mark.parametrize("case", list(Case))
def test_each_case_is_answered_by_its_reason(case: Case) -> None:
    given = facts(case)
    if case is Case.MOVED_IN_TODAY and given.holder is not None:
        given = replace(given, today=given.holder.became_resident_on)
        assert reasons(given) == (R.MOVED_IN_TODAY, R.MOVED_IN_TODAY)
        return
    assert reasons(given) == (CASES.get(case), CASES.get(case) or SEALS.get(case))


def on_member(**changes: object) -> Callable[[Facts, int], Facts]:
    """Return what changes one member of the household."""

    def change(given: Facts, number: int) -> Facts:
        assert given.household is not None
        members = list(given.household.members)
        number %= len(members)
        members[number] = replace(members[number], **changes)
        holder = members[0]
        return replace(
            given, holder=holder, household=replace(given.household, members=tuple(members))
        )

    return change


def stopped(given: Facts, number: int) -> Facts:
    assert given.household is not None
    members = given.household.members
    persons = frozenset({members[number % len(members)].resident_id})
    return replace(given, stops=replace(given.stops, persons=persons))


def gone(status: ResidentStatus) -> Callable[[Facts, int], Facts]:
    def change(given: Facts, _: int) -> Facts:
        assert given.holder is not None
        return replace(given, holder=replace(given.holder, status=status))

    return change


def with_a_test_record(given: Facts, number: int) -> Facts:
    assert given.household is not None
    members = given.household.members
    return replace(given, tests=frozenset({members[number % len(members)].resident_id}))


def with_a_stranger(given: Facts, _: int) -> Facts:
    assert given.household is not None
    stranger = replace(of_case(Case.LARGE_HOUSEHOLD)[0], household_id="elsewhere")
    members = (*given.household.members, stranger)
    return replace(given, household=replace(given.household, members=members))


GENERAL: dict[RefusalReason, Callable[[Facts, int], Facts]] = {
    R.GAP: lambda given, _: replace(given, fault=SourceFault.GAP),
    R.ERASURE_PENDING: lambda given, _: replace(given, fault=SourceFault.ERASURE_PENDING),
    R.STALE: lambda given, _: replace(given, is_fresh=False),
    R.MAPPING_LAPSED: lambda given, _: replace(given, mapping_fits=False),
    R.TEST: with_a_test_record,
    R.UNMAPPABLE: with_a_stranger,
    R.LEAVING: on_member(status=ResidentStatus.LEAVING),
    R.PROTECTED: on_member(protected=True),
    R.STOPPED: stopped,
    R.CHANGE_PENDING: on_member(change_pending=True),
    R.MOVED_IN_TODAY: on_member(moved_here_on=TODAY),
    R.DECEASED: gone(ResidentStatus.DECEASED),
    R.MOVED_OUT: gone(ResidentStatus.MOVED_OUT),
}
APART: dict[RefusalReason, Callable[[Facts], Facts]] = {
    R.CARD_ISSUED_TODAY: lambda given: replace(given, card_valid_from=TODAY),
    R.UNDER_AGE: lambda given: replace(given, minimum_age=120),
}


@given(
    st.dictionaries(st.sampled_from(list(GENERAL)), st.integers(0, 9), min_size=1),
    st.sets(st.sampled_from(list(APART))),
    st.sampled_from([Case.ORDINARY, Case.LARGE_HOUSEHOLD, *SEALS]),
)
def test_what_must_not_show_always_wins_over_what_may_be_told(
    general: dict[RefusalReason, int], apart: set[RefusalReason], case: Case
) -> None:
    given = facts(case)
    for reason in apart:
        given = APART[reason](given)
    for reason, member in sorted(general.items()):
        given = GENERAL[reason](given, member)
    found = why_not_anything(given)
    assert found is not None
    assert found in general
    assert reasons(given) == (found, found)
    assert REASONS[found].is_general


@pytest.mark.parametrize("reason", list(GENERAL))
@pytest.mark.parametrize("member", range(3))
def test_each_general_reason_is_found_for_any_member_it_can_concern(
    reason: RefusalReason, member: int
) -> None:
    given = GENERAL[reason](facts(), member)
    assert reasons(given) == (reason, reason)


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2))
def test_naming_an_earlier_day_of_issue_never_gets_round_the_day_of_moving_in(
    since_moved: int, back: int, member: int
) -> None:
    moved = TODAY - timedelta(days=since_moved)
    given = on_member(moved_here_on=moved)(facts(), member)
    named = replace(given, today=TODAY - timedelta(days=back), card_valid_from=date(2026, 1, 1))
    expected = R.MOVED_IN_TODAY if back >= since_moved else None
    assert reasons(named) == (expected, expected)


@pytest.mark.parametrize("reason", list(APART))
def test_each_reason_that_may_be_told_is_found(reason: RefusalReason) -> None:
    assert reasons(APART[reason](facts())) == (reason, reason)


def test_only_somebody_of_the_own_household_is_released() -> None:
    own, (stranger, elsewhere) = facts(), of_case(Case.LARGE_HOUSEHOLD)
    assert own.holder is not None
    mine = own.holder.resident_id
    assert why_not_resident_record(own, {mine}) is None
    assert why_not_resident_record(own, {mine, stranger.resident_id}) is R.NOT_A_MEMBER
    assert why_not_resident_record(own, set()) is R.NOBODY_CHOSEN
    wrong = replace(own, household=elsewhere)
    assert why_not_resident_record(wrong, {mine}) is R.NO_SUCH_PERSON
    assert why_not_resident_record(replace(own, holder=None), {mine}) is R.NO_SUCH_PERSON


def test_a_person_with_two_entries_that_differ_or_are_twice_gets_nothing() -> None:
    given = facts()
    assert given.holder is not None
    assert given.household is not None
    other = replace(given, holder=replace(given.holder, name="別人 一郎"))
    assert why_not_anything(other) is R.UNMAPPABLE
    twice = replace(given.household, members=(*given.household.members, given.holder))
    assert why_not_anything(replace(given, household=twice)) is R.UNMAPPABLE


def test_a_seal_is_the_holders_own_active_and_under_the_name_of_today() -> None:
    given, town = facts(), ichikawa()
    assert given.holder is not None
    seal = town.seals[given.holder.resident_id]
    other = town.seals[town.cases[Case.LARGE_HOUSEHOLD]]
    assert why_not_seal(given, seal) is None
    assert why_not_seal(given, other) is R.NO_SEAL
    assert why_not_seal(given, replace(seal, status=SealStatus.SUSPENDED)) is R.SEAL_SUSPENDED
    assert why_not_seal(given, replace(seal, registered_name="旧姓 一郎")) is R.SEAL_LAPSED
    assert given.household is not None
    named = replace(given.holder, alias="旧姓 一郎")
    members = tuple(named if one == given.holder else one for one in given.household.members)
    household = replace(given.household, members=members)
    by_alias = replace(given, holder=named, household=household)
    assert why_not_seal(by_alias, replace(seal, registered_name="旧姓　一郎")) is None
    stops = Stops(seals=frozenset({given.holder.resident_id}))
    assert why_not_seal(replace(given, stops=stops), seal) is R.SEAL_STOPPED
    assert why_not_resident_record(replace(given, stops=stops), whole(given)) is None


def test_the_table_has_every_reason_and_tells_the_outside_nothing_personal() -> None:
    assert set(REASONS) == set(RefusalReason)
    apart = {reason for reason, entry in REASONS.items() if not entry.is_general}
    assert apart == {
        *(R.UNDER_AGE, R.CARD_ISSUED_TODAY, R.TOO_MANY, R.NOT_A_MEMBER),
        *(R.NO_SEAL, R.SEAL_CANCELLED, R.SEAL_SUSPENDED, R.SEAL_LAPSED),
    }
    for entry in REASONS.values():
        assert all((entry.problem.title_ja, entry.problem.advice_ja, entry.ja, entry.en))


@given(
    case=st.sampled_from([Case.ORDINARY, Case.LARGE_HOUSEHOLD]),
    at_test_terminal=st.booleans(),
    data=st.data(),
)
def test_a_test_terminal_is_for_households_of_test_records_alone_and_they_for_it(
    case: Case, *, at_test_terminal: bool, data: st.DataObject
) -> None:
    given = replace(facts(case), at_test_terminal=at_test_terminal)
    members = sorted(whole(given))
    tests = frozenset(data.draw(st.sets(st.sampled_from([*members, "nobody"]))))
    fits = tests >= set(members) if at_test_terminal else tests.isdisjoint(members)
    expected = None if fits else R.TEST
    assert reasons(replace(given, tests=tests)) == (expected, expected)

"""Who is in the household, for the terminal's eyes only; and orders that choose from it."""

import pytest
from madoguchi_wire.errors import NotForThisKey
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import ResidentRecordOptions
from municipal_adapter_testing.asking import Asking, opened_household
from municipal_adapter_testing.reception import Reception

ICHIKAWA = "122033"


async def test_the_household_comes_in_legal_order_and_opens_in_its_session(
    asking: Asking, reception: Reception
) -> None:
    visit = await reception.family(ICHIKAWA)
    request = visit.household_request()
    household = opened_household(visit, request, await asking.household(visit, request))
    assert [member.relationship for member in household.members] == ["世帯主", "妻", "子"]
    assert [member.is_cardholder for member in household.members] == [True, False, False]


async def test_the_sealed_household_opens_for_no_other_session_or_request(
    asking: Asking, reception: Reception
) -> None:
    visit, other = await reception.family(ICHIKAWA), await reception.family(ICHIKAWA)
    request = visit.household_request()
    answered = await asking.household(visit, request)
    for who, what in ((other, request), (visit, visit.household_request())):
        with pytest.raises(NotForThisKey):
            opened_household(who, what, answered)


async def test_a_household_request_of_another_key_is_refused(
    asking: Asking, reception: Reception
) -> None:
    visit, other = await reception.family(ICHIKAWA), await reception.family(ICHIKAWA)
    for request in (
        visit.household_request(key=SigningKey.generate()),
        other.household_request(),
    ):
        assert (await asking.household(visit, request)).slug == "order-not-of-session"


async def test_members_are_chosen_by_handles_that_mean_nothing_in_another_session(
    asking: Asking, reception: Reception
) -> None:
    visit = await reception.family(ICHIKAWA)
    request = visit.household_request()
    members = opened_household(visit, request, await asking.household(visit, request)).members
    chosen = ResidentRecordOptions(members=tuple(member.handle for member in members[1:]))
    assert (await asking.prepare(visit, visit.order(chosen))).status == 200
    later = await reception.visit(ICHIKAWA, visit.card)
    assert (await asking.prepare(later, later.order(chosen))).slug == "member-unknown"

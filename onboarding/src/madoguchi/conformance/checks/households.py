"""The household: who lives with the cardholder, and a paper for some of them."""

from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Household, ResidentRecordOptions

from madoguchi.conformance.centre.people import CHILD, HOLDER, WIFE
from madoguchi.conformance.checks.answers import check_people
from madoguchi.conformance.sitting import Sitting
from madoguchi.conformance.verdicts import Failed

_FAMILY = (HOLDER, WIFE, CHILD)


async def listed(at: Sitting) -> None:
    """Open the list, and hold it against the records."""
    _checked(await at.opened_household(await at.visit()))


def _checked(household: Household) -> Household:
    if [one.name for one in household.members] != [one.name for one in _FAMILY]:
        seen = f"{len(household.members)} others, or in another order"
        raise Failed("the three members of the household, the head first", seen)
    if [one.is_cardholder for one in household.members] != [True, False, False]:
        raise Failed("the cardholder marked", "somebody else, or nobody")
    return household


async def handles(at: Sitting) -> None:
    """Compare the handles of two sessions, and use one in the wrong session."""
    visit, other = await at.visit(), await at.visit()
    first = _checked(await at.opened_household(visit))
    second = _checked(await at.opened_household(other))
    if {one.handle for one in first.members} & {one.handle for one in second.members}:
        raise Failed("other handles in another session", "the same")
    strange = ResidentRecordOptions(members=(second.members[1].handle,))
    (await at.prepare(visit, visit.order(strange))).refused_as("member-unknown")


async def of_another(at: Sitting) -> None:
    """Sign the request with another key."""
    visit = await at.visit()
    request = visit.household_request(SigningKey.generate())
    (await at.household(visit, request)).refused_as("order-not-of-session")


async def chosen(at: Sitting) -> None:
    """Order a paper for the wife alone: the cardholder may, and the child is not on it."""
    visit = await at.visit()
    members = _checked(await at.opened_household(visit)).members
    choice = ResidentRecordOptions(members=(members[1].handle,))
    paper = await at.issued(choice, visit=visit)
    paper.check_attested(at.centre)
    check_people(paper, (WIFE,))


CHECKS = {"AD-70": listed, "AD-71": handles, "AD-72": of_another, "AD-73": chosen}

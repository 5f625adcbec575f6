"""Making one fictitious household."""

from dataclasses import dataclass, replace
from datetime import date

from municipal_adapter.records.model import Household, Resident, ResidentStatus, Sex
from municipal_adapter.synthetic.choice import Choice
from municipal_adapter.synthetic.names import ELSEWHERE, MEN, SURNAMES, TOWNS, WOMEN

ROLES = {
    "世帯主": (Sex.MALE, 1961, 1988),
    "妻": (Sex.FEMALE, 1962, 1990),
    "長男": (Sex.MALE, 2013, 2019),
    "二男": (Sex.MALE, 2013, 2019),
    "三男": (Sex.MALE, 2020, 2023),
    "長女": (Sex.FEMALE, 2013, 2020),
    "二女": (Sex.FEMALE, 2021, 2023),
    "三女": (Sex.FEMALE, 2021, 2023),
    "同居人": (Sex.MALE, 1971, 1998),
    "父": (Sex.MALE, 1926, 1939),
    "母": (Sex.FEMALE, 1927, 1941),
}
"""Relationship to the head of the household: sex, and years of birth from and to."""
CHILDREN = ("長男", "二男", "三男", "長女", "二女", "三女")
"""In the register they are 子, all of them."""


@dataclass(frozen=True)
class Place:
    """A municipality's name with its prefecture: 千葉県, 市川市."""

    prefecture: str
    name: str

    def address(self, choice: Choice) -> str:
        """Return an address in a town that does not exist."""
        chome = choice.one_of("一二三四五")
        block = f"{choice.number(1, 30)}番{choice.number(1, 20)}号"
        return f"{self.prefecture}{self.name}{choice.one_of(TOWNS)}{chome}丁目{block}"


def make_household(
    choice: Choice,
    place: Place,
    roles: tuple[str, ...],
    surname: tuple[str, str] | None = None,
) -> Household:
    """Return a household of the given relationships, the head first, with any surname if None."""
    household_id, address = choice.number_of_person(), place.address(choice)
    surname = surname or choice.one_of(SURNAMES)
    honseki = place.address(choice).removesuffix("号").rsplit("番", 1)[0] + "番地"
    members: list[Resident] = []
    moved_on = date(choice.number(1991, 2009), choice.number(1, 12), choice.number(1, 28))
    for role in roles:
        used = {member.name for member in members}
        member = _make_member(choice, household_id, role, surname, used)
        members.append(_moved_in(member, moved_on, choice.one_of(ELSEWHERE)))
    head = members[0].name
    people = tuple(replace(member, honseki=honseki, family_head=head) for member in members)
    return Household(household_id, address, head, people)


def _make_member(
    choice: Choice, household_id: str, role: str, surname: tuple[str, str], used: set[str]
) -> Resident:
    sex, first, last = ROLES[role]
    given = choice.one_of(MEN if sex is Sex.MALE else WOMEN)
    while f"{surname[0]} {given[0]}" in used:
        given = choice.one_of(MEN if sex is Sex.MALE else WOMEN)
    birth = date(choice.number(first, last), choice.number(1, 12), choice.number(1, 28))
    return Resident(
        resident_id=choice.number_of_person(),
        household_id=household_id,
        name=f"{surname[0]} {given[0]}",
        name_kana=f"{surname[1]} {given[1]}",
        alias=None,
        birth_date=birth,
        sex=sex,
        relationship="子" if role in CHILDREN else role,
        became_resident_on=birth,
        moved_here_on=None,
        previous_address=None,
        honseki="",
        family_head="",
        status=ResidentStatus.CURRENT,
        change_pending=False,
        protected=False,
    )


def _moved_in(member: Resident, day: date, previous: str) -> Resident:
    if member.birth_date >= day:
        return member
    return replace(member, became_resident_on=day, moved_here_on=day, previous_address=previous)

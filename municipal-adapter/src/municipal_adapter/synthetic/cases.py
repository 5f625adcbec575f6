"""The edge cases: how an ordinary head of a household becomes one of them."""

from dataclasses import replace
from datetime import date
from enum import StrEnum

from municipal_adapter.records.model import Household, Resident, ResidentStatus


class Case(StrEnum):
    """Kinds of persons that rules and layout must tell apart."""

    ORDINARY = "ordinary"
    LARGE_HOUSEHOLD = "large_household"
    """Head of a household of seven."""
    DECEASED = "deceased"
    MOVED_OUT = "moved_out"
    PROTECTED = "protected"
    CHILD = "child"
    """Under 15."""
    NO_SEAL = "no_seal"
    CANCELLED_SEAL = "cancelled_seal"
    FOREIGN = "foreign"
    """A foreign resident with a name in Latin letters."""
    LONG_NAME = "long_name"


LONG_NAME = "寿限無寿限無五劫擦切海砂利水魚水行末雲来末 風来末食寝処住処藪柑子長助"
LONG_NAME_KANA = "ジュゲムジュゲムゴコウノスリキレカイジャリスイギョ チョウスケ"
SHAPES = {
    Case.ORDINARY: ("世帯主", "妻", "長男"),
    Case.LARGE_HOUSEHOLD: ("世帯主", "妻", "長男", "長女", "二女", "父", "母"),
    Case.DECEASED: ("世帯主", "妻", "母"),
    Case.MOVED_OUT: ("世帯主", "妻"),
    Case.PROTECTED: ("世帯主", "妻", "長女"),
    Case.CHILD: ("世帯主", "妻", "長男"),
    Case.NO_SEAL: ("世帯主",),
    Case.CANCELLED_SEAL: ("世帯主",),
    Case.FOREIGN: ("世帯主",),
    Case.LONG_NAME: ("世帯主", "妻"),
}
"""The household that each case lives in."""
LAST_MEMBER = (Case.DECEASED, Case.MOVED_OUT, Case.CHILD)
"""Cases that concern the last member; the others concern the head."""


def with_case(case: Case, household: Household) -> tuple[Household, Resident]:
    """Return the household with its member of the case, also one who has left, and that member."""
    place = len(household.members) - 1 if case in LAST_MEMBER else 0
    person = _as_case(case, household.members[place])
    members = list(household.members)
    members[place] = person
    head = members[0].name
    if case is Case.LONG_NAME:
        members = [replace(member, family_head=head) for member in members]
    return replace(household, head_name=head, members=tuple(members)), person


def _as_case(case: Case, person: Resident) -> Resident:
    """Return the person changed to be of the case."""
    match case:
        case Case.DECEASED:
            return replace(person, status=ResidentStatus.DECEASED)
        case Case.MOVED_OUT:
            return replace(person, status=ResidentStatus.MOVED_OUT)
        case Case.PROTECTED:
            return replace(person, protected=True)
        case Case.CHILD:
            return replace(
                person, birth_date=date(2019, 6, 15), became_resident_on=date(2019, 6, 15)
            )
        case Case.FOREIGN:
            return replace(
                person,
                name="SMITH JONATHAN EDWARD",
                name_kana="スミス ジョナサン エドワード",
                honseki="アメリカ合衆国",
                family_head="",
            )
        case Case.LONG_NAME:
            return replace(
                person,
                name=LONG_NAME,
                name_kana=LONG_NAME_KANA,
            )
        case _:
            return person

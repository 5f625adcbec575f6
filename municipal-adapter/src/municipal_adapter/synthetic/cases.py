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
    FOREIGN_ALIAS = "foreign_alias"
    """A foreign resident with a Japanese alias (通称)."""
    OLD_KANJI = "old_kanji"
    """Four persons with 邊 by a variation selector, 髙, 﨑 and 𠮷 in their names."""
    TEN_MEMBERS = "ten_members"
    """Head of a household of ten, which takes several pages."""
    MOVED_IN_TODAY = "moved_in_today"
    LEAVING = "leaving"
    """Filed a notice of moving out."""
    CHANGE_PENDING = "change_pending"
    """A notice about another member of the household is not in the register yet."""
    SUSPENDED_SEAL = "suspended_seal"
    LAPSED_SEAL = "lapsed_seal"
    """Registered a seal under a former name."""


FOREIGN_RESIDENTS_SINCE = date(2012, 7, 9)
"""Since then foreign residents are in the register (住民基本台帳法, 平成21年法律第77号)."""
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
    Case.FOREIGN_ALIAS: ("世帯主",),
    Case.OLD_KANJI: ("世帯主", "同居人", "同居人", "同居人"),
    Case.TEN_MEMBERS: (
        *("世帯主", "妻", "長男", "二男", "三男", "長女", "二女", "三女", "父", "母"),
    ),
    Case.MOVED_IN_TODAY: ("世帯主", "妻"),
    Case.LEAVING: ("世帯主",),
    Case.CHANGE_PENDING: ("世帯主", "妻"),
    Case.SUSPENDED_SEAL: ("世帯主",),
    Case.LAPSED_SEAL: ("世帯主",),
}
"""The household that each case lives in."""
LAST_MEMBER = (Case.DECEASED, Case.MOVED_OUT, Case.CHILD)
"""Cases that concern the last member; the others concern the head."""


OLD_SURNAMES = (
    ("渡邊\U000e0101", "ワタナベ"),
    ("髙橋", "タカハシ"),
    ("山﨑", "ヤマザキ"),
    ("𠮷田", "ヨシダ"),
)
OLD_GIVEN_NAME, OLD_READING = "例", "レイ"


def with_case(case: Case, household: Household, today: date) -> tuple[Household, Resident]:
    """Return the household with its member of the case, also one who has left, and that member."""
    place = len(household.members) - 1 if case in LAST_MEMBER else 0
    person = _as_case(case, household.members[place])
    members = list(household.members)
    members[place] = person
    head = members[0].name
    match case:
        case Case.LONG_NAME:
            members = [replace(member, family_head=head) for member in members]
        case Case.OLD_KANJI:
            members = [
                _old_kanji(one, *name) for one, name in zip(members, OLD_SURNAMES, strict=True)
            ]
            person, head = members[0], members[0].name
        case Case.MOVED_IN_TODAY:
            members = [_moved_in(member, today) for member in members]
            person = members[0]
        case Case.CHANGE_PENDING:
            members[-1] = replace(members[-1], change_pending=True)
        case _:
            pass
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
                became_resident_on=max(person.became_resident_on, FOREIGN_RESIDENTS_SINCE),
                honseki="アメリカ合衆国",
                family_head="",
            )
        case Case.FOREIGN_ALIAS:
            return replace(
                person,
                name="NGUYEN MIHON VAN",
                name_kana="グエン ミホン ヴァン",
                alias="見本山 太郎",
                became_resident_on=max(person.became_resident_on, FOREIGN_RESIDENTS_SINCE),
                honseki="ベトナム",
                family_head="",
            )
        case Case.LEAVING:
            return replace(person, status=ResidentStatus.LEAVING)
        case Case.LONG_NAME:
            return replace(
                person,
                name=LONG_NAME,
                name_kana=LONG_NAME_KANA,
            )
        case _:
            return person


def _old_kanji(person: Resident, surname: str, reading: str) -> Resident:
    name = f"{surname} {OLD_GIVEN_NAME}{person.name.split()[1]}"
    kana = f"{reading} {OLD_READING}{person.name_kana.split()[1]}"
    return replace(person, name=name, name_kana=kana, family_head=name)


def _moved_in(person: Resident, today: date) -> Resident:
    return replace(
        person,
        became_resident_on=today,
        moved_here_on=today,
        previous_address="東京都八王子市架空町三丁目4番5号",
    )

"""A whole fictitious municipality, with every kind of person that rules must tell apart."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from municipal_adapter.certificates.content import Mayor, Office
from municipal_adapter.records.model import (
    Household,
    Resident,
    ResidentStatus,
    SealRegistration,
    SealStatus,
)
from municipal_adapter.synthetic.cases import SHAPES as CASE_SHAPES
from municipal_adapter.synthetic.cases import Case, with_case
from municipal_adapter.synthetic.choice import Choice
from municipal_adapter.synthetic.people import Place, make_household
from municipal_adapter.synthetic.seals import seal_picture

PLACES = {
    "122033": Place("千葉県", "市川市"),
    "131130": Place("東京都", "渋谷区"),
    "132047": Place("東京都", "三鷹市"),
}
SHAPES = (
    ("世帯主",),
    ("世帯主", "妻"),
    ("世帯主", "妻", "長男"),
    ("世帯主", "妻", "長女", "二女"),
    ("世帯主", "妻", "長男", "長女"),
    ("世帯主", "妻", "母"),
)
HOUSEHOLDS = 45
"""With about 120 residents."""
_SELECTORS = "\U000e0100\U000e0101"
ADULTS_BORN_BEFORE = 2000
FIRST_MAYOR = date(2006, 4, 1)
"""Before the service began on 2 February 2010."""
NEXT_MAYOR = date(2022, 4, 1)
REGISTERED = date(2009, 4, 1)
TODAY = date(2026, 3, 1)
GONE = (ResidentStatus.MOVED_OUT, ResidentStatus.DECEASED)
FORMER_SURNAME = "旧見本"
TEST_SHAPE = ("世帯主", "妻", "長男")
TEST_SURNAME = ("試験", "シケン")
"""Nobody's among the others."""


@dataclass(frozen=True)
class SyntheticMunicipality:
    """The records of a fictitious municipality."""

    code: str
    name: str
    households: tuple[Household, ...]
    """With their members of today."""
    residents: Mapping[str, Resident]
    """All, also those who died or moved out."""
    seals: Mapping[str, SealRegistration]
    """By resident, also a cancelled one."""
    office: Office
    cases: Mapping[Case, str]
    """A resident for each edge case."""
    test_household: Household
    """Its members get test papers (見本), and nothing else."""

    @property
    def registered(self) -> tuple[Household, ...]:
        """All households of the register, the test household's last."""
        return (*self.households, self.test_household)

    @property
    def test_person(self) -> Resident:
        """The head of the test household, who has a card and a seal."""
        return self.test_household.members[0]

    def household_of(self, resident_id: str) -> Household:
        """Return the household of a resident, also of a former one."""
        household_id = self.residents[resident_id].household_id
        return next(one for one in self.registered if one.household_id == household_id)


def synthetic_records(
    municipality_code: str, seed: int = 2010, today: date = TODAY, households: int = HOUSEHOLDS
) -> SyntheticMunicipality:
    """Return the same fictitious municipality for the same code and seed.

    Args:
        municipality_code: of the municipality.
        seed: of all choices.
        today: when those move in who move in today; an ordinary household has nobody who was born
            later.
        households: at least, the edge cases' included; the first ones are the same, however many.

    Raises:
        KeyError: no municipality of the code is made up here.

    """
    place = PLACES[municipality_code]
    choice = Choice(f"{municipality_code}/{seed}")
    everybody: list[Household] = []
    cases: dict[Case, str] = {}
    for case in Case:
        household, person = with_case(case, make_household(choice, place, CASE_SHAPES[case]), today)
        everybody.append(household)
        cases[case] = person.resident_id
    while len(everybody) < households:
        household = make_household(choice, place, choice.one_of(SHAPES))
        everybody.append(_born_by(today, household))
    # Of choices of its own, so that the others are who they were without it.
    testing = Choice(f"{municipality_code}/{seed}/test")
    test_household = make_household(testing, place, TEST_SHAPE, TEST_SURNAME)
    registered = (*everybody, test_household)
    residents = {one.resident_id: one for household in registered for one in household.members}
    return SyntheticMunicipality(
        code=municipality_code,
        name=place.name,
        households=tuple(_of_today(household) for household in everybody),
        residents=residents,
        seals=_seals(choice, residents, cases),
        office=_office(place.name),
        cases=cases,
        test_household=test_household,
    )


def ordinary_records(
    code: str, place: Place, households: int, seed: int = 2010, today: date = TODAY
) -> SyntheticMunicipality:
    """Return a municipality of ordinary households alone: for nations, whose edge cases are few."""
    choice = Choice(f"{code}/{seed}")
    everybody = [
        _born_by(today, make_household(choice, place, choice.one_of(SHAPES)))
        for _ in range(households)
    ]
    test_household = make_household(Choice(f"{code}/{seed}/test"), place, TEST_SHAPE, TEST_SURNAME)
    registered = (*everybody, test_household)
    residents = {one.resident_id: one for household in registered for one in household.members}
    return SyntheticMunicipality(
        code=code,
        name=place.name,
        households=tuple(everybody),
        residents=residents,
        seals=_seals(choice, residents, {}),
        office=_office(place.name),
        cases={},
        test_household=test_household,
    )


def _born_by(today: date, household: Household) -> Household:
    members = (one for one in household.members if one.birth_date < today)
    return replace(household, members=tuple(members))


def _of_today(household: Household) -> Household:
    members = (one for one in household.members if one.status not in GONE)
    return replace(household, members=tuple(members))


def _seals(
    choice: Choice, residents: Mapping[str, Resident], cases: Mapping[Case, str]
) -> dict[str, SealRegistration]:
    seals: dict[str, SealRegistration] = {}
    adults = [
        one
        for one in residents.values()
        if one.birth_date.year < ADULTS_BORN_BEFORE and one.resident_id != cases.get(Case.NO_SEAL)
    ]
    for number, person in enumerate(adults, start=1):
        name = _registered_name(person, cases)
        seals[person.resident_id] = SealRegistration(
            resident_id=person.resident_id,
            registration_number=f"{choice.number(0, 9999):04d}-{number:04d}",
            registered_on=REGISTERED,
            registered_name=name,
            picture_png=seal_picture(_on_seal(name, person.name_kana)),
            status=_seal_status(person, cases),
        )
    return seals


def _registered_name(person: Resident, cases: Mapping[Case, str]) -> str:
    if person.resident_id == cases.get(Case.LAPSED_SEAL):
        return f"{FORMER_SURNAME} {person.name.split()[1]}"
    return person.name


def _on_seal(name: str, kana: str) -> str:
    """Return the family name; of a name in Latin letters, its reading."""
    family_name = (kana if name.isascii() else name).split()[0]
    return family_name.rstrip(_SELECTORS)[:8]


def _seal_status(person: Resident, cases: Mapping[Case, str]) -> SealStatus:
    if person.status in GONE or person.resident_id == cases.get(Case.CANCELLED_SEAL):
        return SealStatus.CANCELLED
    if person.resident_id == cases.get(Case.SUSPENDED_SEAL):
        return SealStatus.SUSPENDED
    return SealStatus.ACTIVE


def _office(name: str) -> Office:
    mayors = (
        Mayor(f"{name}長", "見本 一郎", FIRST_MAYOR),
        Mayor(f"{name}長", "架空 春子", NEXT_MAYOR),
    )
    return Office(name, mayors)

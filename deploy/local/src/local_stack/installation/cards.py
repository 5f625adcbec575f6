"""Virtual cards for some residents of each municipality, and the register of what is true."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checker.evidence.pictures import picture_digest
from checker.evidence.register import CardRegister, RegisteredCard, RegisteredPerson
from madoguchi_wire.encoding import to_base64url
from municipal_adapter.certificates.specimen import specimen_seal
from municipal_adapter.records.model import Household, Resident
from municipal_adapter.synthetic import Case, SyntheticMunicipality
from store_terminal_sim.cards.authority import CardAuthoritySim, development_authorities
from store_terminal_sim.cards.key_pool import RsaKeyPool
from store_terminal_sim.cards.virtual_card import VirtualCard

from local_stack.installation.layout import Layout

TODAY, NEXT, PHONE = 0, 1, 2
"""Index of the authorities: today's cards (RSA-2048), the next generation's and phones (P-384)."""
REVOKED, ON_HOLD = "revoked", "on-hold"
"""Cards of a resident who has a good one, too."""
TEST = "test"
"""The card of the test person, who gets test papers (見本) at test terminals, and nothing else."""
_ADULT_BORN_BEFORE = 2000


@dataclass(frozen=True)
class CardHolder:
    """A card in somebody's hand; `name` is its folder's."""

    municipality: str
    name: str
    resident: str
    card: VirtualCard


@dataclass(frozen=True)
class Town:
    """A municipality's records and who has a card of it."""

    records: SyntheticMunicipality
    holders: tuple[CardHolder, ...]


def make_authorities(now: datetime, keys: Path) -> list[CardAuthoritySim]:
    """Make the card authorities; `keys` is a folder in which RSA keys are kept."""
    return development_authorities(now, RsaKeyPool(keys))


def save_authorities(layout: Layout, authorities: Sequence[CardAuthoritySim]) -> None:
    """Write the authorities with what they have revoked."""
    for authority in authorities:
        authority.save(layout.authorities / authority.name)


def hand_out_cards(
    layout: Layout,
    records: SyntheticMunicipality,
    authorities: Sequence[CardAuthoritySim],
    now: datetime,
    ordinary: int,
) -> Town:
    """Give cards to `ordinary` residents (`resident-01` …) and to each edge case by its name."""
    holders: list[CardHolder] = []
    for name, resident, authority in _hands(records, ordinary):
        card = authorities[authority].issue(now)
        card.save(layout.card(records.code, name))
        holders.append(CardHolder(records.code, name, resident, card))
        if name == REVOKED:
            authorities[authority].revoke(card.serial, now)
        if name == ON_HOLD:
            authorities[authority].hold(card.serial, now)
    return Town(records, tuple(holders))


def _hands(records: SyntheticMunicipality, ordinary: int) -> Iterator[tuple[str, str, int]]:
    for case, resident in records.cases.items():
        yield case.value.replace("_", "-"), resident, NEXT
    yield "ordinary-phone", records.cases[Case.ORDINARY], PHONE
    for number, head in enumerate(ordinary_adults(records)[:ordinary], start=1):
        # Making RSA keys takes time, so the first two have today's card and stand for the others.
        yield f"resident-{number:02d}", head, TODAY if number <= 2 else NEXT
    yield REVOKED, records.cases[Case.ORDINARY], NEXT
    yield ON_HOLD, records.cases[Case.ORDINARY], NEXT
    yield TEST, records.test_person.resident_id, NEXT


def ordinary_adults(records: SyntheticMunicipality) -> list[str]:
    """Return the adults of ordinary households, the heads first."""
    households = records.households[len(records.cases) :]
    heads = [household.members[0] for household in households]
    others = [member for household in households for member in household.members[1:]]
    adults = [one for one in (*heads, *others) if one.birth_date.year < _ADULT_BORN_BEFORE]
    return [one.resident_id for one in adults]


def register_of(towns: Sequence[Town]) -> CardRegister:
    """Return what must stand on each holder's papers."""
    persons = [person for town in towns for person in _persons(town.records)]
    cards = [
        RegisteredCard(certificate=to_base64url(holder.card.certificate), resident=holder.resident)
        for town in towns
        for holder in town.holders
    ]
    offices = {town.records.code: picture_digest(town.records.office.seal_png) for town in towns}
    return CardRegister(
        persons=tuple(persons),
        cards=tuple(cards),
        office_seals=offices,
        test_seal=picture_digest(specimen_seal()),
    )


def _persons(records: SyntheticMunicipality) -> Iterator[RegisteredPerson]:
    for resident in records.residents.values():
        household = records.household_of(resident.resident_id)
        seal = records.seals.get(resident.resident_id)
        digest = picture_digest(seal.picture_png) if seal is not None else None
        yield _person(records.code, resident, household, digest)


def _person(
    municipality: str, resident: Resident, household: Household, seal: str | None
) -> RegisteredPerson:
    return RegisteredPerson(
        resident=resident.resident_id,
        municipality=municipality,
        household=resident.household_id,
        name=resident.name,
        birth_date=resident.birth_date,
        sex=resident.sex.value,
        address=household.address,
        head_of_household=household.head_name,
        head_of_family_register=resident.family_head or None,
        previous_address=resident.previous_address,
        honseki=resident.honseki or None,
        days=(
            resident.became_resident_on,
            resident.moved_here_on or resident.became_resident_on,
        ),
        seal=seal,
    )

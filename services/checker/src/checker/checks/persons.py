"""Each person on each page is whom the register says for the card that asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from madoguchi_wire.attestation import Attestation, card_commitment
from madoguchi_wire.encoding import from_base64url, sha256_hex

from checker.checks.attestations import verified_attestations
from checker.checks.japanese_dates import spellings
from checker.evidence.evidence import Evidence
from checker.evidence.papers import Paper, squeezed
from checker.evidence.register import Asking, CardRegister, RegisteredCard, RegisteredPerson
from checker.evidence.rows import Issuance
from checker.fault import Fault, FaultName


def check_persons(evidence: Evidence) -> Iterator[Fault]:
    """Find papers that show another than the asking card's holder and the mates that were asked."""
    people = _People(evidence.register)
    attestations = verified_attestations(evidence)
    askings = {asking.issuance: asking for asking in evidence.askings}
    issuances = {issuance.issuance_id: issuance for issuance in evidence.books.issuances}
    for paper in evidence.papers:
        issuance, attestation = issuances.get(paper.issuance), attestations.get(paper.issuance)
        if issuance is None or attestation is None or paper.pages is None:
            continue  # other checks name these
        card = people.holder_of(attestation)
        if card is None:
            what = "no card of the register fits the attestation"
            yield Fault(name=FaultName.CARD_UNKNOWN, where=paper.issuance, what=what)
            continue
        asking = askings.get(paper.issuance)
        if asking is not None and asking.card != sha256_hex(from_base64url(card.certificate)):
            what = "the attested card is not the one that was in the terminal"
            yield Fault(name=FaultName.ASKED_BY_ANOTHER, where=paper.issuance, what=what)
            continue
        yield from _check(paper, issuance, people, people.by_id[card.resident], asking)


@dataclass(frozen=True)
class _People:
    register: CardRegister

    @cached_property
    def by_id(self) -> dict[str, RegisteredPerson]:
        return {person.resident: person for person in self.register.persons}

    def holder_of(self, attestation: Attestation) -> RegisteredCard | None:
        salt = from_base64url(attestation.card_salt)
        for card in self.register.cards:
            if self.by_id[card.resident].municipality != attestation.municipality:
                continue
            commitment = card_commitment(salt, from_base64url(card.certificate))
            if commitment == attestation.card_commitment:
                return card
        return None

    def household_of(self, person: RegisteredPerson) -> list[RegisteredPerson]:
        return [
            other
            for other in self.register.persons
            if (other.municipality, other.household) == (person.municipality, person.household)
        ]


def _check(
    paper: Paper,
    issuance: Issuance,
    people: _People,
    holder: RegisteredPerson,
    asking: Asking | None,
) -> Iterator[Fault]:
    pages = paper.pages or ()
    wanted = _wanted(issuance, people, holder, asking)
    for number, person in enumerate(wanted, start=1):
        for what in _missing(person, pages):
            what = f"{what} of person {number} of {len(wanted)}"
            yield Fault(name=FaultName.PERSON_MISSING, where=paper.issuance, what=what)
    allowed = _names_allowed(issuance, people, holder, wanted, asking)
    strangers = _names(people.register.persons) - allowed
    for number, page in enumerate(pages, start=1):
        # A stranger's name may be part of a right one; what is right is taken out first.
        if any(name in _without(page, allowed) for name in strangers):
            what = f"page {number} names somebody who was not asked for"
            yield Fault(name=FaultName.FOREIGN_PERSON, where=paper.issuance, what=what)
        elif not any(squeezed(person.name) in page for person in wanted):
            what = f"page {number} names nobody who was asked for"
            yield Fault(name=FaultName.PERSON_MISSING, where=paper.issuance, what=what)


def _wanted(
    issuance: Issuance,
    people: _People,
    holder: RegisteredPerson,
    asking: Asking | None,
) -> list[RegisteredPerson]:
    if asking is None or issuance.kind != "resident_record":
        return [holder]
    mates = {mate.resident for mate in people.household_of(holder)}
    return [people.by_id[member] for member in asking.members if member in mates]


def _names_allowed(
    issuance: Issuance,
    people: _People,
    holder: RegisteredPerson,
    wanted: Sequence[RegisteredPerson],
    asking: Asking | None,
) -> set[str]:
    allowed = {squeezed(person.name) for person in wanted}
    if issuance.kind != "resident_record":
        return allowed
    if asking is None:
        allowed |= _names(people.household_of(holder))
    for person in wanted:
        if asking is None or asking.relationship:
            allowed.add(squeezed(person.head_of_household))
        if (asking is None or asking.honseki) and person.head_of_family_register:
            allowed.add(squeezed(person.head_of_family_register))
    return allowed


def _missing(person: RegisteredPerson, pages: Sequence[str]) -> Iterator[str]:
    text = "".join(pages)
    if squeezed(person.name) not in text:
        yield "name"
    if squeezed(person.address) not in text:
        yield "address"
    if not any(spelling in text for spelling in spellings(person.birth_date)):
        yield "birth date"


def _names(persons: Sequence[RegisteredPerson]) -> set[str]:
    return {squeezed(person.name) for person in persons}


def _without(page: str, names: set[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        page = page.replace(name, "□")
    return page

"""Each person on each page is whom the register says for the card that asked."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from madoguchi_wire.attestation import Attestation, card_commitment
from madoguchi_wire.encoding import from_base64url, sha256_hex

from checker.checks.facts import Facts, without
from checker.checks.japanese_dates import spellings
from checker.checks.pictures import check_pictures
from checker.evidence.askings import Asking
from checker.evidence.papers import Paper, squeezed
from checker.evidence.register import CardRegister, RegisteredPerson
from checker.evidence.rows import Issuance
from checker.fault import Fault, FaultName


class People:
    """The register, ready to be asked many times."""

    def __init__(self, register: CardRegister) -> None:
        self.register = register
        self.by_id = {person.resident: person for person in register.persons}
        self.names = frozenset(squeezed(person.name) for person in register.persons)
        self.addresses = frozenset(squeezed(person.address) for person in register.persons)
        self._cards: dict[str, list[tuple[bytes, str]]] = defaultdict(list)
        """Certificate and holder, by municipality."""
        for card in register.cards:
            held_in = self.by_id[card.resident].municipality
            self._cards[held_in].append((from_base64url(card.certificate), card.resident))
        self._households: dict[tuple[str, str], list[RegisteredPerson]] = defaultdict(list)
        for person in register.persons:
            self._households[person.municipality, person.household].append(person)

    def holder_of(self, attestation: Attestation) -> tuple[str, RegisteredPerson] | None:
        """Return the digest of the attested card and its holder; None if no card fits."""
        salt = from_base64url(attestation.card_salt)
        for certificate, resident in self._cards[attestation.municipality]:
            if card_commitment(salt, certificate) == attestation.card_commitment:
                return sha256_hex(certificate), self.by_id[resident]
        return None

    def household_of(self, person: RegisteredPerson) -> list[RegisteredPerson]:
        """Return everybody who lives with a person, and the person."""
        return self._households[person.municipality, person.household]


def check_persons(
    paper: Paper,
    issuance: Issuance,
    attestation: Attestation,
    asking: Asking | None,
    people: People,
) -> Iterator[Fault]:
    """Find on a paper anybody but the asking card's holder and the mates that were asked for."""
    if paper.pages is None:
        return  # another check names it
    holder = people.holder_of(attestation)
    if holder is None:
        what = "no card of the register fits the attestation"
        yield Fault(name=FaultName.CARD_UNKNOWN, where=paper.issuance, what=what)
    elif asking is not None and asking.card != holder[0]:
        what = "the attested card is not the one that was in the terminal"
        yield Fault(name=FaultName.ASKED_BY_ANOTHER, where=paper.issuance, what=what)
    else:
        yield from _check(paper.issuance, paper.pages, issuance, people, holder[1], asking)
        yield from check_pictures(paper, issuance, people.register, holder[1])


def _check(
    where: str,
    pages: Sequence[str],
    issuance: Issuance,
    people: People,
    holder: RegisteredPerson,
    asking: Asking | None,
) -> Iterator[Fault]:
    wanted = _wanted(issuance, people, holder, asking)
    for number, person in enumerate(wanted, start=1):
        for what in _missing(person, pages):
            what = f"{what} of person {number} of {len(wanted)}"
            yield Fault(name=FaultName.PERSON_MISSING, where=where, what=what)
    allowed = _names_allowed(issuance, people, holder, wanted, asking)
    strangers = people.names - allowed
    may_be_shown = wanted
    if asking is None and issuance.kind == "resident_record":
        may_be_shown = people.household_of(holder)
    facts = Facts.of(may_be_shown, issuance, people.addresses)
    for number, page in enumerate(pages, start=1):
        # A stranger's name may be part of a right one; what is right is taken out first.
        rest = without(page, allowed)
        if any(name in rest for name in strangers):
            what = f"page {number} names somebody who was not asked for"
            yield Fault(name=FaultName.FOREIGN_PERSON, where=where, what=what)
        elif not any(not list(_missing_on(person, page)) for person in may_be_shown):
            what = f"page {number} shows nobody who was asked for, with all that is theirs"
            yield Fault(name=FaultName.PERSON_MISSING, where=where, what=what)
        for foreign in facts.foreign(page):
            what = f"page {number} shows {foreign}"
            yield Fault(name=FaultName.FOREIGN_PERSON, where=where, what=what)


def _wanted(
    issuance: Issuance,
    people: People,
    holder: RegisteredPerson,
    asking: Asking | None,
) -> list[RegisteredPerson]:
    if asking is None or issuance.kind != "resident_record":
        return [holder]
    mates = {mate.resident for mate in people.household_of(holder)}
    return [people.by_id[member] for member in asking.members if member in mates]


def _names_allowed(
    issuance: Issuance,
    people: People,
    holder: RegisteredPerson,
    wanted: Sequence[RegisteredPerson],
    asking: Asking | None,
) -> set[str]:
    allowed = {squeezed(person.name) for person in wanted}
    if issuance.kind != "resident_record":
        return allowed
    if asking is None:
        allowed |= {squeezed(mate.name) for mate in people.household_of(holder)}
    for person in wanted:
        if asking is None or asking.relationship:
            allowed.add(squeezed(person.head_of_household))
        if (asking is None or asking.honseki) and person.head_of_family_register:
            allowed.add(squeezed(person.head_of_family_register))
    return allowed


def _missing(person: RegisteredPerson, pages: Sequence[str]) -> list[str]:
    """Return what the page with most of a person lacks: what stands on another is another's."""
    return min((list(_missing_on(person, page)) for page in pages), key=len, default=["page"])


def _missing_on(person: RegisteredPerson, page: str) -> Iterator[str]:
    if squeezed(person.name) not in page:
        yield "name"
    if squeezed(person.address) not in page:
        yield "address"
    if not any(spelling in page for spelling in spellings(person.birth_date)):
        yield "birth date"

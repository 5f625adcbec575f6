"""The way back: from the text of the finished page to a person, and from there to the card.

Everything else goes from the card to the paper. Whoever that way leads to, the paper must lead
back: by other questions to the records, each person named on it is found again, and must live in
the household of, or be, the one for whom the asking card is registered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.order import Kind

from municipal_adapter.cardholders.cardholders import Cardholders
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.people import Printed
from municipal_adapter.records.model import Resident
from municipal_adapter.records.source import RecordSnapshot, UnmappableRecord, same_name


@dataclass(frozen=True)
class Candidate:
    """A resident whom a paper may mean."""

    resident: str = field(repr=False)
    household: frozenset[str] | None = field(repr=False)
    """Everybody who lives with them, themselves included; None: it cannot be understood."""


async def candidates_of(
    snapshot: RecordSnapshot, people: Sequence[Printed], as_printed: Callable[[str], str]
) -> list[list[Candidate]]:
    """Return for each person named on a paper the residents of that name and birth date.

    Args:
        snapshot: the records.
        people: as read from the paper.
        as_printed: how a name of the records is written on paper.

    """
    found: list[list[Candidate]] = []
    for person in people:
        born = await snapshot.born_on(person.birth_date)
        namesakes = [one for one in born if same_name(as_printed(one.name), person.name)]
        candidates = [await _candidate(snapshot, one) for one in namesakes]
        found.append([one for one in candidates if one is not None])
    return found


async def _candidate(snapshot: RecordSnapshot, resident: Resident) -> Candidate | None:
    try:
        household = await snapshot.household(resident.household_id)
    except LookupError:
        return None
    except UnmappableRecord:
        return Candidate(resident.resident_id, None)
    members = frozenset(member.resident_id for member in household.members)
    return Candidate(resident.resident_id, members) if resident.resident_id in members else None


async def check_way_back(
    cardholders: Cardholders,
    card: CardIdentity,
    kind: Kind,
    chosen: Sequence[str],
    found: list[list[Candidate]],
) -> None:
    """Pass if everybody named on a paper leads back to the card that asked for it.

    A namesake whose household cannot be understood refuses nobody else.

    Raises:
        ReadBackMismatch: somebody does not.
        UnmappableRecord: somebody chosen does not, as their own household cannot be understood.

    """
    everybody = {one for many in found for candidate in many for one in candidate.household or ()}
    holders = await cardholders.registrations.holders(card, everybody)
    for number, candidates in enumerate(found, start=1):
        if not any(_leads_back(one, kind, chosen, holders) for one in candidates):
            for one in candidates:
                if one.household is None and one.resident in chosen:
                    raise UnmappableRecord("the way back: the household", one.resident)
            raise ReadBackMismatch(f"person {number} does not lead back to the asking card")


def _leads_back(candidate: Candidate, kind: Kind, chosen: Sequence[str], holders: set[str]) -> bool:
    if candidate.household is None:
        return False
    if kind is Kind.SEAL_REGISTRATION:
        return candidate.resident in holders
    return candidate.resident in chosen and not candidate.household.isdisjoint(holders)

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
    household: frozenset[str] = field(repr=False)
    """Everybody who lives with them, themselves included."""


async def candidates_of(
    snapshot: RecordSnapshot, people: Sequence[Printed], as_printed: Callable[[str], str]
) -> list[list[Candidate]]:
    """Return for each person named on a paper the residents of that name and birth date.

    A namesake whose household cannot be understood is left out, and refuses nobody else.

    Args:
        snapshot: the records.
        people: as read from the paper.
        as_printed: how a name of the records is written on paper.

    """
    found: list[list[Candidate]] = []
    for person in people:
        candidates = [
            await _candidate(snapshot, resident)
            for resident in await snapshot.born_on(person.birth_date)
            if same_name(as_printed(resident.name), person.name)
        ]
        found.append([one for one in candidates if one is not None])
    return found


async def _candidate(snapshot: RecordSnapshot, resident: Resident) -> Candidate | None:
    try:
        household = await snapshot.household(resident.household_id)
    except (LookupError, UnmappableRecord):
        return None
    return Candidate(
        resident.resident_id, frozenset(member.resident_id for member in household.members)
    )


async def check_way_back(
    cardholders: Cardholders,
    card: CardIdentity,
    kind: Kind,
    chosen: Sequence[str],
    found: list[list[Candidate]],
) -> None:
    """Pass if everybody named on a paper leads back to the card that asked for it.

    Raises:
        ReadBackMismatch: somebody does not.

    """
    everybody = {one for many in found for candidate in many for one in candidate.household}
    holders = await cardholders.registrations.holders(card, everybody)
    for number, candidates in enumerate(found, start=1):
        if not any(_leads_back(one, kind, chosen, holders) for one in candidates):
            raise ReadBackMismatch(f"person {number} does not lead back to the asking card")


def _leads_back(candidate: Candidate, kind: Kind, chosen: Sequence[str], holders: set[str]) -> bool:
    if kind is Kind.SEAL_REGISTRATION:
        return candidate.resident in holders
    return candidate.resident in chosen and not candidate.household.isdisjoint(holders)

"""Who the cardholder is in the municipality's records, and what the rules say to the outside."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.errors import NoSealRegistered, PersonRefused, UnderAge

from municipal_adapter.cardholders.cardholders import Cardholders
from municipal_adapter.municipality.file import AdapterFile
from municipal_adapter.records.model import Household, Resident
from municipal_adapter.records.source import RecordSnapshot
from municipal_adapter.rules.release import RefusalReason, why_not_resident_record

_APART = {
    RefusalReason.UNDER_AGE: UnderAge,
    RefusalReason.NO_SEAL: NoSealRegistered,
    RefusalReason.SEAL_CANCELLED: NoSealRegistered,
}
"""What the cardholder knows anyway. Every other reason shares the one general refusal, so that
none of them, above all protection measures (支援措置), can be told apart (design §5)."""


@dataclass(frozen=True)
class Person:
    """A cardholder to whom the rules allow a record, with the household of today."""

    resident: Resident
    household: Household


def refuse(reason: RefusalReason | None) -> None:
    """Raise what the outside may hear of a reason; nothing if there is none.

    Raises:
        PersonRefused: or one of its kinds.

    """
    if reason is not None:
        raise _APART.get(reason, PersonRefused)()


def refuse_stale_records(snapshot: RecordSnapshot, file: AdapterFile, now: datetime) -> None:
    """Pass if the records are as fresh as the municipality requires.

    Raises:
        PersonRefused: they are not; a record that came too late may be somebody's protection.

    """
    limit = file.records_maximum_age_seconds
    if limit is not None and now - snapshot.current_as_of > timedelta(seconds=limit):
        raise PersonRefused()


async def find_person(
    snapshot: RecordSnapshot, cardholders: Cardholders, card: CardIdentity
) -> tuple[Resident | None, Household | None]:
    """Return who holds a card, and the household; None for what the records do not have.

    Raises:
        PersonRefused: the card is registered for another person than its resident is today.

    """
    registration = await cardholders.registrations.of_card(card)
    if registration is None:
        return None, None
    resident = await snapshot.resident(registration.resident_id)
    if resident is None:
        return None, None
    if not cardholders.binding.fits(registration, resident.name, resident.birth_date):
        refuse(RefusalReason.MAPPING_LAPSED)
    return resident, await snapshot.household(resident.household_id)


async def releasable_person(
    snapshot: RecordSnapshot,
    cardholders: Cardholders,
    card: CardIdentity,
    day: date,
    minimum_age: int,
) -> Person:
    """Return the cardholder if a 住民票の写し may go to them on this day.

    Raises:
        PersonRefused: it may not.

    """
    resident, household = await find_person(snapshot, cardholders, card)
    chosen = [] if resident is None else [resident]
    refuse(why_not_resident_record(resident, household, chosen, day, minimum_age))
    if resident is None or household is None:
        raise PersonRefused()
    return Person(resident, household)

"""Who the cardholder is in the municipality's records, and everything that the rules look at."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from madoguchi_wire.clock import japan_day
from madoguchi_wire.session import VerifiedSession

from municipal_adapter.cardholders.binding import Registration
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.officers.refusals import Refusal
from municipal_adapter.records.model import Household, Resident
from municipal_adapter.records.source import RecordSnapshot
from municipal_adapter.rules.reasons import RefusalReason
from municipal_adapter.rules.release import Facts, Stops

CLOCKS_DIFFER = timedelta(minutes=5)
"""By so much the clock of a system of record may be ahead."""


@dataclass(frozen=True)
class Asker:
    """Who asks, as far as it is known without the records."""

    registration: Registration | None = field(repr=False)
    stops: Stops
    card_valid_from: date
    today: date
    """Japan's day; of an issuance that of its acceptance."""
    minimum_age: int
    now: datetime
    at_test_terminal: bool

    @property
    def resident_id(self) -> str | None:
        """The number that the card is registered for; None: for nobody."""
        return None if self.registration is None else self.registration.resident_id


async def asker_of(
    municipality: Municipality,
    session: VerifiedSession,
    today: date,
    minimum_age: int,
    now: datetime,
) -> Asker:
    """Return who asks; before any snapshot is opened, which would hold a connection meanwhile."""
    return Asker(
        registration=await municipality.cardholders.registrations.of_card(session.identity),
        stops=await municipality.stops.in_force(),
        card_valid_from=japan_day(session.certificate.not_valid_before_utc),
        today=today,
        minimum_age=minimum_age,
        now=now,
        at_test_terminal=session.test,
    )


async def facts_of(snapshot: RecordSnapshot, municipality: Municipality, asker: Asker) -> Facts:
    """Return what the rules look at.

    Raises:
        UnmappableRecord: a record of the holder or the household cannot be understood.

    """
    holder, household = await _found(snapshot, asker.registration)
    registration, binding = asker.registration, municipality.cardholders.binding
    return Facts(
        today=asker.today,
        minimum_age=asker.minimum_age,
        card_valid_from=asker.card_valid_from,
        fault=snapshot.fault,
        is_fresh=_is_fresh(snapshot, municipality, asker.now),
        mapping_fits=registration is not None
        and holder is not None
        and binding.fits(registration, holder.name, holder.birth_date),
        holder=holder,
        household=household,
        stops=asker.stops,
        tests=municipality.file.test_residents,
        at_test_terminal=asker.at_test_terminal,
    )


def refuse(reason: RefusalReason | None, asker: Asker) -> None:
    """Raise a reason; nothing if there is none.

    Raises:
        Refusal: for this reason.

    """
    if reason is not None:
        raise Refusal(reason, asker.resident_id)


async def _found(
    snapshot: RecordSnapshot, registration: Registration | None
) -> tuple[Resident | None, Household | None]:
    if registration is None:
        return None, None
    holder = await snapshot.resident(registration.resident_id)
    if holder is None:
        return None, None
    try:
        return holder, await snapshot.household(holder.household_id)
    except LookupError:
        return holder, None


def _is_fresh(snapshot: RecordSnapshot, municipality: Municipality, now: datetime) -> bool:
    """Tell whether the records are as fresh as the municipality requires (domain I7).

    A record that came too late may be somebody's protection.
    """
    limit, age = municipality.file.records_maximum_age_seconds, now - snapshot.current_as_of
    # Records from the future would be fresh for ever, however old they are.
    return age >= -CLOCKS_DIFFER and (limit is None or age <= timedelta(seconds=limit))

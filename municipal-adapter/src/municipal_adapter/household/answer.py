"""The answer to a household request: choices for the terminal's screen, sealed to the session."""

from madoguchi_wire.adapter_api import HouseholdStatement, SealedHousehold
from madoguchi_wire.clock import japan_day
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import OfferRefused
from madoguchi_wire.order import Household, HouseholdMember, Kind
from madoguchi_wire.sealing import household_info
from madoguchi_wire.signed import token_digest

from municipal_adapter.household.handles import Handles
from municipal_adapter.issuing.person import (
    Person,
    refuse_stale_records,
    releasable_person,
)
from municipal_adapter.issuing.steady_refusal import steady_refusal
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.parts import Adapter
from municipal_adapter.requests.sealed import sealed_to


async def answer(adapter: Adapter, municipality: Municipality, token: str) -> SealedHousehold:
    """Return the cardholder's household, under the rules of a 住民票の写し.

    Raises:
        OfferRefused: the municipality issues none.
        PersonRefused: the rules refuse, as they would refuse the certificate.
        MadoguchiError: what was signed does not hold.

    """
    now = adapter.clock.now()
    statement = municipality.gateway_requests.verified(HouseholdStatement, token, now)
    municipality.gateway_requests.check_fresh(statement.requested_at, now)
    session, _ = municipality.cardholder_requests.household(
        statement.session, statement.household_request
    )
    rules = municipality.rules_of(Kind.RESIDENT_RECORD)
    if rules is None:
        raise OfferRefused()
    async with steady_refusal(), municipality.records.snapshot() as snapshot:
        refuse_stale_records(snapshot, municipality.file, now)
        person = await releasable_person(
            snapshot,
            municipality.cardholders,
            session.identity,
            japan_day(now),
            rules.minimum_age,
        )
    choices = _choices(person, municipality.handles, session.digest)
    info = household_info(session.digest, token_digest(statement.household_request))
    plain = choices.model_dump_json().encode()
    return SealedHousehold(ciphertext=to_base64url(sealed_to(session, plain, info)))


def _choices(person: Person, handles: Handles, session: str) -> Household:
    return Household(
        members=tuple(
            HouseholdMember(
                handle=handles.of(session, member.resident_id),
                name=member.name,
                relationship=member.relationship,
                is_cardholder=member.resident_id == person.resident.resident_id,
            )
            for member in person.household.members
        )
    )

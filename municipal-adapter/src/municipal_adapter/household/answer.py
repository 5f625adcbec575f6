"""The answer to a household request: choices for the terminal's screen, sealed to the session."""

from madoguchi_wire.adapter_api import HouseholdStatement, SealedHousehold
from madoguchi_wire.clock import japan_day
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import OfferRefused, SignatureRefused
from madoguchi_wire.order import Household, HouseholdMember, Kind
from madoguchi_wire.sealing import household_info
from madoguchi_wire.signed import token_digest

from municipal_adapter.household.handles import Handles
from municipal_adapter.issuing.person import Asker, asker_of, facts_of, refuse
from municipal_adapter.issuing.refusing import told_outside
from municipal_adapter.issuing.steady_refusal import steady_refusal, step_of
from municipal_adapter.issuing.until import until
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.parts import Adapter
from municipal_adapter.requests.sealed import sealed_to
from municipal_adapter.rules.release import Facts, why_not_resident_record


async def answer(adapter: Adapter, municipality: Municipality, token: str) -> SealedHousehold:
    """Return the cardholder's household, under the rules of a 住民票の写し.

    Raises:
        OfferRefused: the municipality issues none.
        PersonRefused: the rules refuse, as they would refuse the certificate.
        SignatureRefused: the gateway's signature, or its deadline passed before or meanwhile.
        MadoguchiError: what was signed does not hold.

    """
    now = adapter.clock.now()
    statement = municipality.gateway_requests.verified(HouseholdStatement, token, now)
    municipality.gateway_requests.check_fresh(statement.requested_at, now)
    late = SignatureRefused("Nobody waits for this answer any more: sign a new request.")
    session, _ = municipality.cardholder_requests.household(
        statement.session, statement.household_request
    )
    rules = municipality.rules_of(Kind.RESIDENT_RECORD)
    if rules is None:
        raise OfferRefused()
    async with (
        steady_refusal(step_of(municipality.file.records)),
        until(statement.deadline, now, late),
    ):
        today = japan_day(now)
        asker = await asker_of(municipality, session, today, rules.minimum_age, now)
        async with told_outside(municipality, Kind.RESIDENT_RECORD, None, asker.resident_id):
            facts = await _released(municipality, asker)
    choices = _choices(facts, municipality.handles, session.digest)
    info = household_info(session.digest, token_digest(statement.household_request))
    plain = choices.model_dump_json().encode()
    return SealedHousehold(ciphertext=to_base64url(sealed_to(session, plain, info)))


async def _released(municipality: Municipality, asker: Asker) -> Facts:
    async with municipality.records.snapshot() as snapshot:
        facts = await facts_of(snapshot, municipality, asker)
    holder = set[str]() if facts.holder is None else {facts.holder.resident_id}
    refuse(why_not_resident_record(facts, holder), asker)
    return facts


def _choices(facts: Facts, handles: Handles, session: str) -> Household:
    members = () if facts.household is None else facts.household.members
    return Household(
        members=tuple(
            HouseholdMember(
                handle=handles.of(session, member.resident_id),
                name=member.name,
                relationship=member.relationship,
                is_cardholder=member == facts.holder,
            )
            for member in members
        )
    )

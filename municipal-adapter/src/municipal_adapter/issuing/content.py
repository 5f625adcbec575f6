"""What a certificate says: the cardholder's records, chosen by the order, under the rules."""

from collections.abc import Sequence

from madoguchi_wire.errors import PersonRefused
from madoguchi_wire.order import ResidentRecordOptions

from municipal_adapter.certificates.content import (
    Content,
    ResidentRecordContent,
    SealRegistrationContent,
    build_resident_record,
    build_seal_registration,
)
from municipal_adapter.issuing.person import Person, find_person, refuse, releasable_person
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.records.model import Resident
from municipal_adapter.records.source import RecordSnapshot
from municipal_adapter.requests.prepare_request import PrepareRequest
from municipal_adapter.rules.release import why_not_seal


async def certificate_content(
    snapshot: RecordSnapshot,
    municipality: Municipality,
    request: PrepareRequest,
    certificate_number: str,
) -> Content:
    """Return the content of one copy.

    Raises:
        PersonRefused: the rules refuse the cardholder, or a chosen member.

    """
    options = request.order.options
    if isinstance(options, ResidentRecordOptions):
        return await _resident_record(snapshot, municipality, request, options, certificate_number)
    return await _seal_registration(snapshot, municipality, request, certificate_number)


async def _resident_record(
    snapshot: RecordSnapshot,
    municipality: Municipality,
    request: PrepareRequest,
    options: ResidentRecordOptions,
    certificate_number: str,
) -> ResidentRecordContent:
    card, day = request.session.identity, request.accepted_on
    person = await releasable_person(
        snapshot, municipality.cardholders, card, day, request.rules.minimum_age
    )
    chosen = _chosen(person, municipality, request.session.digest, options.members)
    return build_resident_record(
        municipality.office,
        person.household,
        chosen,
        relationship=options.relationship,
        honseki=options.honseki,
        issued_on=day,
        certificate_number=certificate_number,
        issuance=str(request.issuance),
    )


def _chosen(
    person: Person, municipality: Municipality, session: str, handles: Sequence[str]
) -> list[Resident]:
    """Return the members that the order names; the cardholder alone when it names none."""
    if not handles:
        return [person.resident]
    members = {member.resident_id: member for member in person.household.members}
    found = municipality.handles.resolve(session, handles, members)
    return [members[resident] for resident in found]


async def _seal_registration(
    snapshot: RecordSnapshot,
    municipality: Municipality,
    request: PrepareRequest,
    certificate_number: str,
) -> SealRegistrationContent:
    resident, household = await find_person(
        snapshot, municipality.cardholders, request.session.identity
    )
    seal = None if resident is None else await snapshot.seal_of(resident.resident_id)
    day, minimum_age = request.accepted_on, request.rules.minimum_age
    refuse(why_not_seal(resident, household, seal, day, minimum_age))
    if resident is None or household is None or seal is None:
        raise PersonRefused()
    return build_seal_registration(
        municipality.office,
        resident,
        household.address,
        seal,
        issued_on=day,
        certificate_number=certificate_number,
        issuance=str(request.issuance),
    )

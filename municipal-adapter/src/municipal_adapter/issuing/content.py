"""What a certificate says: the cardholder's records, chosen by the order, under the rules."""
from municipal_adapter.issuing.person import releasable_person, refuse, refuse_stale_records, find_person
from municipal_adapter.rules.release import why_not_seal
from madoguchi_wire.order import SealRegistrationOptions

async def certificate_content(snapshot, municipality, request, certificate_number):
    options = request.order.options
    if isinstance(options, SealRegistrationOptions):
        resident, household = await find_person(snapshot, request.session.identity)
        seal = None if resident is None else await snapshot.seal_of(resident.resident_id)
        refuse(why_not_seal(resident, household, seal, request.accepted_on, request.rules.minimum_age))
        return "seal", resident.name
    person = await releasable_person(snapshot, request.session.identity, request.accepted_on, request.rules.minimum_age)
    ids = {str(m.resident_id): m for m in person.household.members}
    chosen = [ids[i] for i in municipality.handles.resolve(request.session.digest, options.members, ids)] or [person.resident]
    return "resident", [c.name for c in chosen], certificate_number

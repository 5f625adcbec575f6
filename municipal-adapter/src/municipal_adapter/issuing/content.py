"""What a certificate says: the cardholder's records, chosen by the order, under the rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from madoguchi_wire.clock import japan_day
from madoguchi_wire.errors import MemberUnknown
from madoguchi_wire.order import ResidentRecordOptions

from municipal_adapter.certificates.content import (
    Content,
    build_resident_record,
    build_seal_registration,
)
from municipal_adapter.certificates.documents import Wanted
from municipal_adapter.claims.claim import Concern
from municipal_adapter.issuing.person import Asker, facts_of, refuse
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.records.model import Household, Resident, SealRegistration
from municipal_adapter.records.source import RecordSnapshot
from municipal_adapter.requests.prepare_request import PrepareRequest
from municipal_adapter.rules.reasons import RefusalReason
from municipal_adapter.rules.release import (
    why_not_anything,
    why_not_resident_record,
    why_not_seal,
)


@dataclass(frozen=True)
class Resolved:
    """What an order resolved to, in one snapshot of the records."""

    wanted: Wanted
    concern: Concern


@dataclass(frozen=True)
class Resolving:
    """Finds out what one copy of an order says."""

    municipality: Municipality
    request: PrepareRequest
    certificate_number: str
    asker: Asker

    async def resolved(self, snapshot: RecordSnapshot) -> Resolved:
        """Return it, if the rules release it.

        Raises:
            Refusal: they do not.
            UnmappableRecord: a record cannot be understood.

        """
        facts = await facts_of(snapshot, self.municipality, self.asker)
        refuse(why_not_anything(facts), self.asker)
        if facts.holder is None or facts.household is None:
            raise LookupError("the rules release what is not there")
        options = self.request.order.options
        if isinstance(options, ResidentRecordOptions):
            seal, chosen = None, self._chosen(facts.holder, facts.household, options.members)
            refuse(why_not_resident_record(facts, _numbers(chosen)), self.asker)
            content = self._resident_record(facts.household, chosen, options)
        else:
            seal, chosen = await snapshot.seal_of(facts.holder.resident_id), [facts.holder]
            refuse(why_not_seal(facts, seal), self.asker)
            if seal is None:
                raise LookupError("the rules release what is not there")
            content = self._seal(facts.holder, facts.household, seal)
        wanted = Wanted(
            content=content,
            records_version=snapshot.version,
            holder=facts.holder.resident_id,
            chosen=tuple(one.resident_id for one in chosen),
            options=options,
            household=facts.household,
            seal=seal,
        )
        return Resolved(wanted, self._concern(facts.holder, facts.household))

    def _chosen(
        self, holder: Resident, household: Household, handles: Sequence[str]
    ) -> list[Resident]:
        """Return the members that the order names; the cardholder alone when it names none."""
        if not handles:
            return [holder]
        members = {member.resident_id: member for member in household.members}
        session = self.request.session.digest
        try:
            found = self.municipality.handles.resolve(session, handles, members)
        except MemberUnknown:
            refuse(RefusalReason.NOT_A_MEMBER, self.asker)
            raise
        return [members[resident] for resident in found]

    def _resident_record(
        self, household: Household, chosen: Sequence[Resident], options: ResidentRecordOptions
    ) -> Content:
        return build_resident_record(
            self.municipality.office,
            household,
            chosen,
            relationship=options.relationship,
            honseki=options.honseki,
            issued_on=self.request.accepted_on,
            certificate_number=self.certificate_number,
            issuance=str(self.request.issuance),
        )

    def _seal(self, holder: Resident, household: Household, seal: SealRegistration) -> Content:
        return build_seal_registration(
            self.municipality.office,
            holder,
            household.address,
            seal,
            issued_on=self.request.accepted_on,
            certificate_number=self.certificate_number,
            issuance=str(self.request.issuance),
        )

    def _concern(self, holder: Resident, household: Household) -> Concern:
        return Concern(
            holder=holder.resident_id,
            household=frozenset(one.resident_id for one in household.members),
            is_seal=not isinstance(self.request.order.options, ResidentRecordOptions),
            day=japan_day(self.asker.now),
            papers_a_day=self.municipality.file.velocity.papers_a_day,
        )


def _numbers(chosen: Sequence[Resident]) -> set[str]:
    return {one.resident_id for one in chosen}

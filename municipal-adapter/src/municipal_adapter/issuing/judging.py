"""Whether the rules release what an order asks for, by the records of one moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from madoguchi_wire.clock import japan_day
from madoguchi_wire.errors import MemberUnknown
from madoguchi_wire.order import ResidentRecordOptions

from municipal_adapter.claims.claim import Concern
from municipal_adapter.issuing.person import Asker, facts_of, refuse
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.records.model import Household, Resident, SealRegistration
from municipal_adapter.records.source import RecordSnapshot
from municipal_adapter.requests.prepare_request import PrepareRequest
from municipal_adapter.rules.reasons import RefusalReason
from municipal_adapter.rules.release import (
    Facts,
    why_not_anything,
    why_not_resident_record,
    why_not_seal,
)

TEST_PAPERS_A_DAY = 1000
"""Of a test record, which is nobody: each try of a new offer takes a dozen."""


@dataclass(frozen=True)
class Released:
    """Whom an order is about, where nothing stands against it."""

    holder: Resident = field(repr=False)
    household: Household = field(repr=False)
    chosen: Sequence[Resident] = field(repr=False)
    """Who is on the paper."""
    seal: SealRegistration | None = field(repr=False)
    """Of a seal certificate."""


@dataclass(frozen=True)
class Judging:
    """Judges one copy of an order."""

    municipality: Municipality
    request: PrepareRequest
    asker: Asker

    async def judged(self, snapshot: RecordSnapshot) -> Released:
        """Return whom the order is about, if the rules release it.

        Raises:
            Refusal: they do not.
            UnmappableRecord: a record cannot be understood.

        """
        facts = await facts_of(snapshot, self.municipality, self.asker)
        refuse(why_not_anything(facts), self.asker)
        if facts.holder is None or facts.household is None:
            raise LookupError("the rules release what is not there")
        if isinstance(self.request.order.options, ResidentRecordOptions):
            members = self.request.order.options.members
            return self._record(facts, facts.holder, facts.household, members)
        seal = await snapshot.seal_of(facts.holder.resident_id)
        refuse(why_not_seal(facts, seal), self.asker)
        return Released(facts.holder, facts.household, [facts.holder], seal)

    def concern(self, released: Released) -> Concern:
        """Return whom the answer concerns."""
        return Concern(
            holder=released.holder.resident_id,
            household=frozenset(one.resident_id for one in released.household.members),
            card=self.request.session.identity,
            is_seal=released.seal is not None,
            day=japan_day(self.asker.now),
            papers_a_day=self._papers_a_day,
        )

    @property
    def _papers_a_day(self) -> int:
        if self.request.session.test:
            return TEST_PAPERS_A_DAY
        return self.municipality.file.velocity.papers_a_day

    def _record(
        self, facts: Facts, holder: Resident, household: Household, handles: Sequence[str]
    ) -> Released:
        chosen = self._chosen(holder, household, handles)
        numbers = {one.resident_id for one in chosen}
        refuse(why_not_resident_record(facts, numbers), self.asker)
        return Released(holder, household, chosen, None)

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

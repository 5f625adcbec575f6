"""What a certificate says: the cardholder's records, chosen by the order, under the rules."""

from dataclasses import dataclass

from madoguchi_wire.order import ResidentRecordOptions

from municipal_adapter.certificates.content import (
    Content,
    build_resident_record,
    build_seal_registration,
)
from municipal_adapter.certificates.documents import Wanted
from municipal_adapter.claims.claim import Concern
from municipal_adapter.issuing.judging import Judging, Released
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.records.source import RecordSnapshot
from municipal_adapter.requests.prepare_request import PrepareRequest


@dataclass(frozen=True)
class Resolved:
    """What an order resolved to, in one snapshot of the records."""

    wanted: Wanted
    concern: Concern


@dataclass(frozen=True)
class Resolving:
    """Finds out what one copy of an order says."""

    judging: Judging
    certificate_number: str

    @property
    def municipality(self) -> Municipality:
        """Whose certificate it is."""
        return self.judging.municipality

    @property
    def request(self) -> PrepareRequest:
        """What is asked for."""
        return self.judging.request

    async def resolved(self, snapshot: RecordSnapshot) -> Resolved:
        """Return it, if the rules release it.

        Raises:
            Refusal: they do not.
            UnmappableRecord: a record cannot be understood.

        """
        released = await self.judging.judged(snapshot)
        wanted = Wanted(
            content=self._content(released),
            records_version=snapshot.version,
            holder=released.holder.resident_id,
            chosen=tuple(one.resident_id for one in released.chosen),
            options=self.request.order.options,
            household=released.household,
            seal=released.seal,
        )
        return Resolved(wanted, self.judging.concern(released))

    def _content(self, released: Released) -> Content:
        options = self.request.order.options
        if isinstance(options, ResidentRecordOptions):
            return self._resident_record(released, options)
        return self._seal(released)

    def _resident_record(self, released: Released, options: ResidentRecordOptions) -> Content:
        return build_resident_record(
            self.municipality.office,
            released.household,
            released.chosen,
            relationship=options.relationship,
            honseki=options.honseki,
            issued_on=self.request.accepted_on,
            certificate_number=self.certificate_number,
            issuance=str(self.request.issuance),
            test=self.request.session.test,
        )

    def _seal(self, released: Released) -> Content:
        if released.seal is None:
            raise LookupError("the rules release what is not there")
        return build_seal_registration(
            self.municipality.office,
            released.holder,
            released.household.address,
            released.seal,
            issued_on=self.request.accepted_on,
            certificate_number=self.certificate_number,
            issuance=str(self.request.issuance),
            test=self.request.session.test,
        )

"""A vendor's server as a source of records."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from municipal_adapter.records.model import Household, Resident, SealRegistration
from municipal_adapter.records.source import SourceFault, SourceUnavailable, UnmappableRecord
from municipal_adapter.records.vendor.answers import (
    NotAnswered,
    RecordAnswer,
    at,
    list_of,
    object_of,
    record_of,
)
from municipal_adapter.records.vendor.client import VendorClient
from municipal_adapter.records.vendor.state import check_version, state_of
from municipal_adapter.records.vendor.vendor_records import VendorRecords


@dataclass
class VendorSnapshot:
    """Answers of one version; an answer of another one ends the snapshot."""

    client: VendorClient
    records: VendorRecords
    version: str
    current_as_of: datetime
    fault: SourceFault | None = None
    _answers: dict[str, RecordAnswer | None] = field(default_factory=dict[str, RecordAnswer | None])

    async def resident(self, resident_id: str) -> Resident | None:
        """Return a person's entry; None: not in the records.

        Raises:
            SourceUnavailable: no answer, or the records changed.
            UnmappableRecord: the entry is refused or cannot be understood.

        """
        found = await self._record(resident_id)
        return None if found is None else found.resident

    async def household(self, household_id: str) -> Household:
        """Return a household of somebody who was asked for before, or who was found by birth date.

        Raises:
            LookupError: nobody of it was.

        """
        for found in self._answers.values():
            if found is not None and found.household.household_id == household_id:
                return found.household
        raise LookupError("no such household")

    async def seal_of(self, resident_id: str) -> SealRegistration | None:
        """Return the person's latest seal registration; None: never any.

        Raises:
            SourceUnavailable: as `resident`.
            UnmappableRecord: it cannot be understood.

        """
        found = await self._record(resident_id)
        seal = None if found is None else found.seal
        if isinstance(seal, UnmappableRecord):
            raise UnmappableRecord(seal.cause, resident_id)
        return seal

    async def born_on(self, birth_date: date) -> list[Resident]:
        """Return the residents of today with this birth date, with their households at hand.

        Entries that cannot be understood are left out: no page is ever made from one, and they
        must not refuse others.

        Raises:
            SourceUnavailable: as `resident`.
            UnmappableRecord: this search is refused.

        """
        search = self.records.search
        try:
            answer = await self.client.get(search.path, birth_date=birth_date.isoformat())
            listed = [] if answer is None else list_of(at(answer, search.residents))
        except NotAnswered as fault:
            raise UnmappableRecord(f"search: {fault}") from None
        found = [await self._understood(one) for one in listed]
        return [one for one in found if one is not None]

    async def _understood(self, entry: object) -> Resident | None:
        try:
            person = self.records.residents.resident(object_of(entry))
            await self._record(person.resident_id)
        except (NotAnswered, UnmappableRecord):
            return None
        return person

    async def _record(self, resident_id: str) -> RecordAnswer | None:
        if resident_id not in self._answers:
            try:
                self._answers[resident_id] = await self._asked(resident_id)
            except NotAnswered as fault:
                raise UnmappableRecord(f"record: {fault}", resident_id) from None
        return self._answers[resident_id]

    async def _asked(self, resident_id: str) -> RecordAnswer | None:
        where = self.records.record
        answer = await self.client.get(where.path, resident=resident_id)
        if answer is None:
            return None
        found = record_of(self.records, where, answer)
        await check_version(self.client, self.records, found.version, self.version)
        if found.resident.resident_id != resident_id:
            raise NotAnswered("the vendor's server answers with somebody else's")
        return found


class VendorRecordSource:
    """The records of a vendor's server."""

    def __init__(self, records: VendorRecords, client: VendorClient) -> None:
        self._records, self._client = records, client

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[VendorSnapshot]:
        """Open a snapshot: everything in it is of the version that the server has now.

        Raises:
            SourceUnavailable: the server does not answer.

        """
        state = await state_of(self._client, self._records)
        yield VendorSnapshot(self._client, self._records, state.version, state.current_as_of)

    async def check(self) -> str | None:
        """Say what is wrong with the server; None: nothing."""
        try:
            async with self.snapshot():
                return None
        except SourceUnavailable as fault:
            return str(fault)

    async def close(self) -> None:
        """Nothing: the connections are the process's."""

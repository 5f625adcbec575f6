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
from municipal_adapter.records.vendor.one_alone import OneAlone
from municipal_adapter.records.vendor.state import check_version, state_of
from municipal_adapter.records.vendor.vendor_records import VendorRecords

_MOST_ANSWERS = 30
"""Persons asked for in one snapshot: a household, and a few namesakes of each of them."""


@dataclass
class VendorSnapshot:
    """Answers of one version; an answer of another one ends the snapshot."""

    client: VendorClient
    records: VendorRecords
    persons: OneAlone
    searches: OneAlone
    version: str
    current_as_of: datetime
    fault: SourceFault | None = None
    _answers: dict[str, RecordAnswer | None] = field(default_factory=dict[str, RecordAnswer | None])
    _found: dict[str, str] = field(default_factory=dict[str, str])
    """Somebody of each household that a search has met."""

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
            SourceUnavailable: as `resident`.
            UnmappableRecord: it is refused or cannot be understood.

        """
        household = self._at_hand(household_id)
        if household is None and household_id in self._found:
            if len(self._answers) >= _MOST_ANSWERS:
                raise UnmappableRecord("search: more namesakes than there can be")
            await self._record(self._found[household_id])
            household = self._at_hand(household_id)
        if household is None:
            raise LookupError("no such household")
        return household

    def _at_hand(self, household_id: str) -> Household | None:
        for found in self._answers.values():
            if found is not None and found.household.household_id == household_id:
                return found.household
        return None

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
        """Return the residents of today with this birth date, as the search alone tells them.

        Entries that cannot be understood are left out: no page is ever made from one, and they
        must not refuse others. A household is asked for when it is wanted: of namesakes alone.

        Raises:
            SourceUnavailable: as `resident`.
            UnmappableRecord: this search is refused.

        """
        search = self.records.search
        try:
            day = birth_date.isoformat()
            async with self.searches.about(day):
                answer = await self.client.get(search.path, birth_date=day)
            listed = [] if answer is None else list_of(at(answer, search.residents))
        except NotAnswered as fault:
            raise UnmappableRecord(f"search: {fault}") from None
        people = [one for one in map(self._understood, listed) if one is not None]
        for one in people:
            self._found.setdefault(one.household_id, one.resident_id)
        return people

    def _understood(self, entry: object) -> Resident | None:
        try:
            return self.records.residents.resident(object_of(entry))
        except (NotAnswered, UnmappableRecord):
            return None

    async def _record(self, resident_id: str) -> RecordAnswer | None:
        if resident_id not in self._answers:
            try:
                self._answers[resident_id] = await self._asked(resident_id)
            except NotAnswered as fault:
                raise UnmappableRecord(f"record: {fault}", resident_id) from None
        return self._answers[resident_id]

    async def _asked(self, resident_id: str) -> RecordAnswer | None:
        where = self.records.record
        async with self.persons.about(resident_id):
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
        self._persons, self._searches = OneAlone(client, records), OneAlone(client, records)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[VendorSnapshot]:
        """Open a snapshot: everything in it is of the version that the server has now.

        Raises:
            SourceUnavailable: the server does not answer.

        """
        state = await state_of(self._client, self._records)
        yield VendorSnapshot(
            self._client,
            self._records,
            self._persons,
            self._searches,
            state.version,
            state.current_as_of,
        )

    async def check(self) -> str | None:
        """Say what is wrong with the server; None: nothing."""
        try:
            async with self.snapshot():
                return None
        except SourceUnavailable as fault:
            return str(fault)

    async def close(self) -> None:
        """Nothing: the connections are the process's."""

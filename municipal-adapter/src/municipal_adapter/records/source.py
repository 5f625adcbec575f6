"""What an adapter asks of any source of records."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from municipal_adapter.records.model import Household, Resident, SealRegistration


class RecordSnapshot(Protocol):
    """The records at one moment: all answers belong together."""

    @property
    def version(self) -> str:
        """Version of the records; each change makes a new one."""
        ...

    @property
    def current_as_of(self) -> datetime:
        """When the records were last known to be up to date."""
        ...

    async def holder_of(self, authority: str, serial: str) -> UUID | None:
        """Return who holds the card (authority and serial of its certificate); None: nobody."""
        ...

    async def resident(self, resident_id: UUID) -> Resident | None:
        """Return a person's entry, also of former residents; None: not in the records."""
        ...

    async def household(self, household_id: UUID) -> Household:
        """Return a household with its members of today.

        Raises:
            LookupError: no such household.

        """
        ...

    async def seal_of(self, resident_id: UUID) -> SealRegistration | None:
        """Return the person's latest seal registration, also a cancelled one; None: never any."""
        ...


class RecordSource(Protocol):
    """Where the municipality's records are."""

    def snapshot(self) -> AbstractAsyncContextManager[RecordSnapshot]:
        """Open a snapshot: what is read inside is of one moment."""
        ...

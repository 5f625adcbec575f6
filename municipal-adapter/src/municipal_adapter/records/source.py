"""What an adapter asks of any source of records."""

from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from municipal_adapter.records.model import Household, Resident, SealRegistration


class SourceFault(StrEnum):
    """Why nothing may be issued from a source at the moment, whoever asks."""

    GAP = "sequence_gap"
    """A change event is missing, so that any record may be an old one."""
    ERASURE_PENDING = "erasure_not_applied"
    """An erasure (抹消, 廃止) could not be applied (domain F5)."""


class UnmappableRecord(Exception):
    """One record cannot be understood; `cause` names table or field, never a value.

    `whose` is the municipality's number of the person whose record it is, where that is known.
    """

    def __init__(self, cause: str, whose: str | None = None) -> None:
        self.cause = cause
        self.whose = whose
        super().__init__(cause)


class SourceUnavailable(Exception):
    """The source cannot be asked at the moment; nothing is known about any person."""


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

    @property
    def fault(self) -> SourceFault | None:
        """What is known to be wrong with the whole source; None: nothing."""
        ...

    async def resident(self, resident_id: str) -> Resident | None:
        """Return a person's entry, also of former residents; None: not in the records.

        Raises:
            UnmappableRecord: the entry cannot be understood.

        """
        ...

    async def household(self, household_id: str) -> Household:
        """Return a household with its members of today, those who are leaving included.

        Raises:
            LookupError: no such household.
            UnmappableRecord: it, or an entry of a member, cannot be understood.

        """
        ...

    async def seal_of(self, resident_id: str) -> SealRegistration | None:
        """Return the person's latest seal registration, also a cancelled one; None: never any.

        Raises:
            UnmappableRecord: it cannot be understood.

        """
        ...

    async def born_on(self, birth_date: date) -> list[Resident]:
        """Return the residents of today with this birth date: the way back from a page.

        Raises:
            UnmappableRecord: one of the entries cannot be understood.

        """
        ...


class RecordSource(Protocol):
    """Where the municipality's records are."""

    def snapshot(self) -> AbstractAsyncContextManager[RecordSnapshot]:
        """Open a snapshot: what is read inside is of one moment.

        Raises:
            SourceUnavailable: the source does not answer.

        """
        ...

    async def check(self) -> str | None:
        """Say what is wrong with the source as a whole, for the health page; None: nothing.

        A faulty source keeps its replica in service: other municipalities may be well.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def same_name(one: str, other: str) -> bool:
    """Return whether two names are the same but for white space."""
    return "".join(one.split()) == "".join(other.split())

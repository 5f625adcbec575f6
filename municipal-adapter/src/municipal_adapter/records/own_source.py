"""Records in the adapter's own tables, which a batch or the municipality itself fills."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

from madoguchi_wire.kit.pool import Connection, Pool

from municipal_adapter.records.model import Household, Resident, SealRegistration
from municipal_adapter.records.own_rows import (
    check_said,
    resident_of_row,
    seal_of_row,
    understood,
)
from municipal_adapter.records.source import SourceFault, UnmappableRecord

_RESIDENT = """
    SELECT resident_id, household_id, name, name_kana, alias, birth_date, sex, relationship,
        became_resident_on, moved_here_on, previous_address, honseki, family_head, status,
        change_pending, protected
    FROM residents
"""
_OF_TODAY = "status IN ('current', 'leaving')"
_MEMBERS = f"{_RESIDENT} WHERE household_id = $1 AND {_OF_TODAY} ORDER BY legal_order"
_HOUSEHOLD = f"""
    SELECT address, head_name, (
        SELECT count(*) > count(DISTINCT legal_order) FROM residents
        WHERE household_id = $1 AND {_OF_TODAY}) AS one_place
    FROM households WHERE household_id = $1
"""  # noqa: S608 (a condition of ours)
_BORN = f"{_RESIDENT} WHERE birth_date = $1 AND {_OF_TODAY}"
_SEAL = """
    SELECT resident_id, registration_number, registered_on, registered_name, picture_png, status
    FROM seal_registrations WHERE resident_id = $1
    ORDER BY status = 'active' DESC, registered_on DESC, registration_number DESC LIMIT 1
"""
_STATE = "SELECT number, current_as_of, fault FROM records_version"


@dataclass(frozen=True)
class OwnRecordSnapshot:
    """The records at one moment; good while its transaction is open."""

    connection: Connection
    version: str
    current_as_of: datetime
    fault: SourceFault | None

    async def resident(self, resident_id: str) -> Resident | None:
        """Return a person's entry, also of former residents; None: not in the records.

        Raises:
            UnmappableRecord: what every certificate says of a person is blank.

        """
        row = await self.connection.fetchrow(f"{_RESIDENT} WHERE resident_id = $1", resident_id)
        return None if row is None else resident_of_row(row)

    async def household(self, household_id: str) -> Household:
        """Return a household with its members of today.

        Raises:
            LookupError: no such household.
            UnmappableRecord: two members have the same place in it, or something is blank.

        """
        row = await self.connection.fetchrow(_HOUSEHOLD, household_id)
        if row is None:
            raise LookupError("no such household")
        if row["one_place"]:
            raise UnmappableRecord("residents.legal_order: two members have the same")
        check_said("households", row, ("address", "head_name"))
        members = await self.connection.fetch(_MEMBERS, household_id)
        people = tuple(resident_of_row(member) for member in members)
        return Household(household_id, row["address"], row["head_name"], people)

    async def seal_of(self, resident_id: str) -> SealRegistration | None:
        """Return the person's seal registration, the active one if any; None: never any.

        Raises:
            UnmappableRecord: a name is blank, or the picture of an active seal cannot be printed.

        """
        row = await self.connection.fetchrow(_SEAL, resident_id)
        if row is None:
            return None
        return seal_of_row(row)

    async def born_on(self, birth_date: date) -> list[Resident]:
        """Return the residents of today with this birth date.

        Entries that cannot be understood are left out: no page is ever made from one, and they
        must not refuse others.
        """
        rows = await self.connection.fetch(_BORN, birth_date)
        return [found for row in rows if (found := understood(row)) is not None]


class OwnRecordSource:
    """The records in the database that the pool is connected to."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[OwnRecordSnapshot]:
        """Open a snapshot: a transaction that sees the records of one moment and changes none."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            row = await connection.fetchrow(_STATE)
            if row is None:
                raise LookupError("the records have no version: run the migrations")
            fault = None if row["fault"] is None else SourceFault(row["fault"])
            version = str(row["number"])
            yield OwnRecordSnapshot(connection, version, row["current_as_of"], fault)

    async def check(self) -> str | None:
        """Nothing of its own: the health of the adapter's database covers it."""
        return None

    async def close(self) -> None:
        """Nothing: the pool is the adapter's."""

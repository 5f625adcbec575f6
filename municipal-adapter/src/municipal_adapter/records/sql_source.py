"""Records in the municipality's PostgreSQL database, read in one snapshot."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from madoguchi_wire.kit.pool import Connection, Pool

from municipal_adapter.records.model import (
    Household,
    Resident,
    ResidentStatus,
    SealRegistration,
    Sex,
)

_RESIDENT = """
    SELECT resident_id, household_id, name, name_kana, birth_date, sex, relationship,
        became_resident_on, moved_here_on, previous_address, honseki, family_head, status, protected
    FROM residents
"""
_MEMBERS = f"{_RESIDENT} WHERE household_id = $1 AND status = 'current' ORDER BY legal_order"
_SEAL = """
    SELECT resident_id, registration_number, registered_on, picture_png, active
    FROM seal_registrations WHERE resident_id = $1
    ORDER BY active DESC, registered_on DESC, registration_number DESC LIMIT 1
"""


@dataclass(frozen=True)
class SqlRecordSnapshot:
    """The records at one moment; good while its transaction is open."""

    connection: Connection
    version: str
    current_as_of: datetime

    async def holder_of(self, authority: str, serial: str) -> UUID | None:
        """Return who holds the card; None: nobody, or no longer."""
        holder: UUID | None = await self.connection.fetchval(
            "SELECT resident_id FROM cardholders WHERE authority = $1 AND serial = $2 AND valid",
            authority,
            serial,
        )
        return holder

    async def resident(self, resident_id: UUID) -> Resident | None:
        """Return a person's entry, also of former residents; None: not in the records."""
        row = await self.connection.fetchrow(f"{_RESIDENT} WHERE resident_id = $1", resident_id)
        return None if row is None else _resident(row)

    async def household(self, household_id: UUID) -> Household:
        """Return a household with its members of today.

        Raises:
            LookupError: no such household.

        """
        row = await self.connection.fetchrow(
            "SELECT address, head_name FROM households WHERE household_id = $1", household_id
        )
        if row is None:
            raise LookupError("no such household")
        members = await self.connection.fetch(_MEMBERS, household_id)
        people = tuple(_resident(member) for member in members)
        return Household(household_id, row["address"], row["head_name"], people)

    async def seal_of(self, resident_id: UUID) -> SealRegistration | None:
        """Return the person's seal registration, the active one if any; None: never any."""
        row = await self.connection.fetchrow(_SEAL, resident_id)
        return None if row is None else SealRegistration(**dict(row))


class SqlRecordSource:
    """The records of the municipality whose database the pool is connected to."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[SqlRecordSnapshot]:
        """Open a snapshot: a transaction that sees the records of one moment and changes none."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            row = await connection.fetchrow("SELECT number, current_as_of FROM records_version")
            if row is None:
                raise LookupError("the records have no version: run the migrations")
            yield SqlRecordSnapshot(connection, str(row["number"]), row["current_as_of"])


def _resident(row: asyncpg.Record) -> Resident:
    values = dict(row)
    sex, status = Sex(values.pop("sex")), ResidentStatus(values.pop("status"))
    return Resident(**values, sex=sex, status=status)

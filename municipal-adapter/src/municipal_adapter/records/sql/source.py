"""Records in a database of the municipality, as its mapping describes them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from operator import itemgetter

from madoguchi_wire.clock import JAPAN, Clock
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from municipal_adapter.records.model import (
    Household,
    Resident,
    ResidentStatus,
    SealRegistration,
    SealStatus,
)
from municipal_adapter.records.source import SourceFault, SourceUnavailable, UnmappableRecord
from municipal_adapter.records.sql.check import checked_queries
from municipal_adapter.records.sql.database import Row, open_engine, read, reading
from municipal_adapter.records.sql.queries import Queries
from municipal_adapter.records.sql.sql_records import SqlRecords

_OF_TODAY = (ResidentStatus.CURRENT, ResidentStatus.LEAVING)


@dataclass(frozen=True)
class SqlRecordSnapshot:
    """The records at one moment; good while its transaction is open."""

    connection: AsyncConnection
    records: SqlRecords
    queries: Queries
    version: str
    current_as_of: datetime
    fault: SourceFault | None = None

    async def resident(self, resident_id: str) -> Resident | None:
        """Return a person's entry, also of former residents; None: not in the records.

        Raises:
            UnmappableRecord: the entry cannot be understood, or there are two.

        """
        key = self.queries.resident_key(resident_id)
        rows = [] if key is None else await read(self.connection, self.queries.resident, key=key)
        if len(rows) > 1:
            raise UnmappableRecord("residents: more than one row of a person")
        found = self.records.residents.fields.resident(rows[0]) if rows else None
        # A database may find 1000001 where 01000001 is asked for.
        return found if found is not None and found.resident_id == resident_id else None

    async def household(self, household_id: str) -> Household:
        """Return a household with its members of today, in legal order.

        Raises:
            LookupError: no such household.
            UnmappableRecord: it, or an entry of it, cannot be understood, or two members have
                the same place in it.

        """
        key = self.queries.household_key(household_id)
        rows = [] if key is None else await read(self.connection, self.queries.household, key=key)
        if not rows:
            raise LookupError("no such household")
        if len(rows) > 1:
            raise UnmappableRecord("households: rows that contradict each other")
        return self.records.households.fields.household(rows[0], await self._members(household_id))

    async def _members(self, household_id: str) -> tuple[Resident, ...]:
        key = self.queries.member_key(household_id)
        rows = [] if key is None else await read(self.connection, self.queries.members, key=key)
        placed = sorted(((self._place(row), row) for row in rows), key=itemgetter(0))
        everybody = [(place, self.records.residents.fields.resident(row)) for place, row in placed]
        today = [(place, one) for place, one in everybody if one.status in _OF_TODAY]
        if any(place == after for (place, _), (after, _) in pairwise(today)):
            raise UnmappableRecord("residents.order_by: two members have the same place")
        return tuple(one for _, one in today)

    def _place(self, row: Row) -> list[tuple[int, int, str]]:
        """Return where a member stands in legal order."""
        return [_rank(row[name]) for name in self.records.residents.order_by]

    async def seal_of(self, resident_id: str) -> SealRegistration | None:
        """Return the person's latest seal registration, the active one if any; None: never any.

        Raises:
            UnmappableRecord: one of them cannot be understood, or two are active.

        """
        key = self.queries.seal_key(resident_id)
        rows = [] if key is None else await read(self.connection, self.queries.of_seals, key=key)
        seals = [self.records.seals.fields.seal(row) for row in rows]
        active = [seal for seal in seals if seal.status is SealStatus.ACTIVE]
        if len(active) > 1:
            raise UnmappableRecord("seals: more than one active registration of a person")
        return max(
            active or seals,
            key=lambda seal: (seal.registered_on, seal.registration_number),
            default=None,
        )

    async def born_on(self, birth_date: date) -> list[Resident]:
        """Return the residents of today with this birth date.

        Entries that cannot be understood are left out: no page is ever made from one, and they
        must not refuse others.
        """
        days = self.queries.birth_days(birth_date)
        rows = await read(self.connection, self.queries.born, days=days)
        found = [self._understood(row) for row in rows]
        return [one for one in found if one is not None and one.birth_date == birth_date]

    def _understood(self, row: Row) -> Resident | None:
        try:
            resident = self.records.residents.fields.resident(row)
        except UnmappableRecord:
            return None
        return resident if resident.status in _OF_TODAY else None


class SqlRecordSource:
    """The records in one database of the municipality."""

    def __init__(
        self, engine: AsyncEngine, records: SqlRecords, queries: Queries, clock: Clock
    ) -> None:
        self._engine = engine
        self._records = records
        self._queries = queries
        self._clock = clock

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[SqlRecordSnapshot]:
        """Open a snapshot: a transaction that sees the records of one moment and changes none.

        Raises:
            SourceUnavailable: the database does not answer, or has no version of its records.

        """
        async with reading(self._engine) as connection:
            state = (await read(connection, self._queries.state))[0]
            if state["version"] is None:
                raise SourceUnavailable("the records have no version")
            as_of = self._clock.now()
            if self._records.current_as_of is not None:
                as_of = _moment(state["current_as_of"])
            version = str(state["version"])
            yield SqlRecordSnapshot(connection, self._records, self._queries, version, as_of)

    async def check(self) -> str | None:
        """Say whether the database answers."""
        try:
            async with self.snapshot():
                return None
        except SourceUnavailable as fault:
            return f"the records cannot be read: {fault}: is their database running?"

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()


async def open_sql_source(records: SqlRecords, clock: Clock) -> SqlRecordSource:
    """Open the source after its mapping was checked against the database.

    Raises:
        ValueError: the mapping does not fit; each fault with its path in the adapter file.

    """
    engine = open_engine(records.url)
    try:
        queries = await checked_queries(engine, records)
    except BaseException:
        await engine.dispose()
        raise
    return SqlRecordSource(engine, records, queries, clock)


def _rank(value: object) -> tuple[int, int, str]:
    """Return where a value stands in legal order: numbers by size, then texts, then empty ones."""
    text = "" if value is None else str(value).strip()
    if text.isdecimal():
        return 0, int(text), ""
    return (1, 0, text) if text else (2, 0, "")


def _moment(value: object) -> datetime:
    """Return a moment of a column, which without a time zone is in Japan's time.

    Raises:
        SourceUnavailable: it is empty, or no time.

    """
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise SourceUnavailable(
            "it is not known when the records were brought up to date"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=JAPAN)

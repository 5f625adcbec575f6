"""Whether a mapping understands the rows of the tables, and finds them again; a sample of them."""

from collections.abc import Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from municipal_adapter.records.mapping.dates import spellings
from municipal_adapter.records.mapping.field import FieldMapping
from municipal_adapter.records.mapping.reader import RowReader
from municipal_adapter.records.source import UnmappableRecord
from municipal_adapter.records.sql.database import Row, read
from municipal_adapter.records.sql.queries import FoundTables, Queries
from municipal_adapter.records.sql.sql_records import SqlRecords
from municipal_adapter.records.sql.tables import Query

SAMPLE = 200
"""Rows of each table that are read at start."""


async def row_faults(
    connection: AsyncConnection, records: SqlRecords, found: FoundTables, queries: Queries
) -> list[str]:
    """Return what is not understood or not found again, each with its path in the adapter file.

    Raises:
        SourceUnavailable: the database does not answer.

    """
    faults: list[str] = []
    tables = {"residents": found.residents, "households": found.households, "seals": found.seals}
    for section, part in records.tables().items():
        sample = tables[section].select(part.fields.columns()).limit(SAMPLE)
        rows = await read(connection, sample)
        faults += _sample_faults(records, section, rows)
        for name, (query, key) in _lookups(queries)[section].items():
            mapping: FieldMapping = getattr(part.fields, name)
            if rows and not await _found(connection, query, key, mapping, rows[0]):
                why = f"{mapping.from_} does not find its own row: give it another type by a view"
                faults.append(f"records.{section}.fields.{name}: {why}")
    return faults


Key = Callable[[str], object | None]


def _lookups(queries: Queries) -> dict[str, dict[str, tuple[Query, Key]]]:
    return {
        "residents": {
            "resident_id": (queries.resident, queries.resident_key),
            "household_id": (queries.members, queries.member_key),
        },
        "households": {"household_id": (queries.household, queries.household_key)},
        "seals": {"resident_id": (queries.of_seals, queries.seal_key)},
    }


async def _found(
    connection: AsyncConnection, query: Query, key: Key, mapping: FieldMapping, row: Row
) -> bool:
    try:
        stored = key(RowReader("", row).text("", mapping))
    except UnmappableRecord:
        return True
    return stored is not None and bool(await read(connection, query, key=stored))


def _sample_faults(records: SqlRecords, section: str, rows: list[Row]) -> list[str]:
    make = _makers(records)[section]
    causes = [cause for row in rows if (cause := _cause(make, row)) is not None]
    if rows and len(causes) == len(rows):
        return [f"records.{section}: none of the first {len(rows)} rows fits: {causes[0]}"]
    birth = records.residents.fields.birth_date
    if section == "residents" and not all(_searchable(birth, row) for row in rows):
        why = f"{birth.from_} is written so that it cannot be searched for: give it by a view"
        return [f"records.residents.fields.birth_date: {why}"]
    return []


def _makers(records: SqlRecords) -> Mapping[str, Callable[[Row], object]]:
    return {
        "residents": records.residents.fields.resident,
        "households": lambda row: records.households.fields.household(row, ()),
        "seals": records.seals.fields.seal,
    }


def _cause(make: Callable[[Row], object], row: Row) -> str | None:
    try:
        make(row)
    except UnmappableRecord as fault:
        return fault.cause
    return None


def _searchable(birth: FieldMapping, row: Row) -> bool:
    try:
        day = RowReader("residents", row).day("birth_date", birth)
    except UnmappableRecord:
        return True
    written = row[str(birth.from_)]
    return written == day or str(written) in spellings(day)

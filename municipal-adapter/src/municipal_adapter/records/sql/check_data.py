"""Whether a mapping understands what stands in the tables: every code, and a sample of rows."""

import re
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from municipal_adapter.records.mapping.dates import spellings
from municipal_adapter.records.mapping.field import FieldMapping, code_text
from municipal_adapter.records.mapping.reader import RowReader
from municipal_adapter.records.model import ResidentStatus, SealStatus, Sex
from municipal_adapter.records.source import UnmappableRecord
from municipal_adapter.records.sql.database import Row, read
from municipal_adapter.records.sql.queries import FoundTables
from municipal_adapter.records.sql.sql_records import SqlRecords
from municipal_adapter.records.sql.tables import FoundTable

MAXIMUM_CODES = 200
"""A column with more different values than that holds no codes."""
SAMPLE = 200
"""Rows of each table that are read at start."""
_ENUMS = {
    ("residents", "sex"): Sex,
    ("residents", "status"): ResidentStatus,
    ("seals", "status"): SealStatus,
}
_FLAGS = (("residents", "change_pending"), ("residents", "protected"))
_SHOWN = re.compile("[0-9A-Za-z]{1,4}")
"""Codes look like this; what else stands in a column may be somebody's name."""


async def data_faults(
    connection: AsyncConnection, records: SqlRecords, found: FoundTables
) -> list[str]:
    """Return what the mapping does not understand, each with its path in the adapter file.

    Raises:
        SourceUnavailable: the database does not answer.

    """
    faults: list[str] = []
    tables = {"residents": found.residents, "households": found.households, "seals": found.seals}
    for section, part in records.tables().items():
        for name, mapping in _coded(section, records):
            fault = await _code_fault(connection, tables[section], section, name, mapping)
            faults += [] if fault is None else [f"records.{section}.fields.{name}: {fault}"]
        if not faults:
            sample = tables[section].select(part.fields.columns()).limit(SAMPLE)
            faults += _sample_faults(records, section, await read(connection, sample))
    return faults


def _coded(section: str, records: SqlRecords) -> Iterator[tuple[str, FieldMapping]]:
    for name, mapping in records.tables()[section].fields.mappings():
        for part in mapping.columns():
            if part.codes is not None or (section, name) in (*_ENUMS, *_FLAGS):
                yield name, part


async def _code_fault(
    connection: AsyncConnection, table: FoundTable, section: str, name: str, mapping: FieldMapping
) -> str | None:
    column = str(mapping.from_)
    different = table.select([column]).distinct().limit(MAXIMUM_CODES + 1)
    rows = await read(connection, different)
    if len(rows) > MAXIMUM_CODES:
        return f"{column} has more than {MAXIMUM_CODES} different values: it holds no codes"
    unknown = [row[column] for row in rows if not _understood(section, name, mapping, row)]
    if not unknown:
        return None
    told = ", ".join(sorted({_told(value) for value in unknown}))
    return f"{column} holds what the mapping does not know: {told}"


def _understood(section: str, name: str, mapping: FieldMapping, row: Row) -> bool:
    reader = RowReader(section, row)
    try:
        if (section, name) in _FLAGS:
            reader.flag(name, mapping)
        elif (section, name) in _ENUMS:
            reader.one_of(name, mapping, _ENUMS[section, name])
        else:
            reader.text_or_empty(name, mapping)
    except UnmappableRecord:
        return False
    return True


def _told(value: object) -> str:
    try:
        code = code_text(value)
    except ValueError:
        return f"a value of type {type(value).__name__}"
    if not code:
        return "null"
    return code if _SHOWN.fullmatch(code) else f"a text of {len(code)} characters"


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

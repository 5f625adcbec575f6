"""Whether a mapping knows every code that stands in the tables, and in the code tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from municipal_adapter.records.mapping.field import FieldMapping, code_text
from municipal_adapter.records.mapping.reader import RowReader
from municipal_adapter.records.model import ResidentStatus, SealStatus, Sex
from municipal_adapter.records.source import UnmappableRecord
from municipal_adapter.records.sql.database import read
from municipal_adapter.records.sql.sql_records import SqlRecords
from municipal_adapter.records.sql.tables import different

MAXIMUM_CODES = 200
"""A column with more different values than that holds no codes."""
_ENUMS = {
    ("residents", "sex"): Sex,
    ("residents", "status"): ResidentStatus,
    ("seals", "status"): SealStatus,
}
_FLAGS = (("residents", "change_pending"), ("residents", "protected"))
_SHOWN = re.compile("[0-9A-Za-z]{1,4}")
"""Codes look like this; what else stands in a column may be somebody's name."""


async def code_faults(connection: AsyncConnection, records: SqlRecords) -> list[str]:
    """Return which codes the mapping does not know, each with its path in the adapter file.

    Raises:
        SourceUnavailable: the database does not answer.

    """
    faults: list[str] = []
    for place in _places(records):
        rows = await read(connection, different(place.table, place.column, MAXIMUM_CODES + 1))
        fault = _fault(place, [row[place.column] for row in rows])
        faults += [] if fault is None else [f"records.{place.path}: {place.column} {fault}"]
    return faults


@dataclass(frozen=True)
class _Place:
    """A column that holds codes: of the records, or of a code table, which names nobody."""

    path: str
    section: str
    name: str
    mapping: FieldMapping
    table: str
    column: str
    names_nobody: bool = False


def _places(records: SqlRecords) -> Iterator[_Place]:
    for section, part in records.tables().items():
        for name, mapping in part.fields.mappings():
            for origin in mapping.columns():
                if origin.codes is not None or (section, name) in (*_ENUMS, *_FLAGS):
                    path, column = f"{section}.fields.{name}", str(origin.from_)
                    yield _Place(path, section, name, origin, part.table, column)
            if (of := part.code_tables.get(name)) is not None:
                path = f"{section}.code_tables.{name}"
                yield _Place(path, section, name, mapping, of.table, of.column, names_nobody=True)


def _fault(place: _Place, values: list[object]) -> str | None:
    if len(values) > MAXIMUM_CODES:
        return f"has more than {MAXIMUM_CODES} different values: it holds no codes"
    unknown = [value for value in values if not _understood(place, value)]
    if not unknown:
        return None
    told = ", ".join(sorted({_told(value, place) for value in unknown}))
    return f"holds what the mapping does not know: {told}"


def _understood(place: _Place, value: object) -> bool:
    field = (place.section, place.name)
    reader = RowReader(place.section, {str(place.mapping.from_): value})
    try:
        if field in _FLAGS:
            reader.flag(place.name, place.mapping)
        elif field in _ENUMS:
            reader.one_of(place.name, place.mapping, _ENUMS[field])
        else:
            reader.text_or_empty(place.name, place.mapping)
    except UnmappableRecord:
        return False
    return True


def _told(value: object, place: _Place) -> str:
    try:
        code = code_text(value)
    except ValueError:
        return f"a value of type {type(value).__name__}"
    if not code:
        return "null"
    shown = place.names_nobody or _SHOWN.fullmatch(code)
    return code if shown else f"a text of {len(code)} characters"

"""Whether a mapping fits the database, told at start by the path in the adapter file."""

from collections.abc import Iterator

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from municipal_adapter.records.source import SourceUnavailable
from municipal_adapter.records.sql.check_codes import code_faults
from municipal_adapter.records.sql.check_joins import join_faults
from municipal_adapter.records.sql.check_rows import row_faults
from municipal_adapter.records.sql.database import read, reading
from municipal_adapter.records.sql.queries import FoundTables, Queries
from municipal_adapter.records.sql.sql_records import ColumnOf, SqlRecords
from municipal_adapter.records.sql.tables import FoundTable, find_table


async def checked_queries(engine: AsyncEngine, records: SqlRecords) -> Queries:
    """Return the queries of a mapping that fits the database.

    Raises:
        ValueError: it does not fit; each fault, a line, with its path in the adapter file.

    """
    try:
        async with reading(engine) as connection:
            found = await _find_tables(connection, records)
            queries = Queries(records, found)
            await read(connection, queries.state)
            faults = (
                await code_faults(connection, records)
                or await row_faults(connection, records, found, queries)
                or await join_faults(connection, records, found, queries)
            )
    except SourceUnavailable as fault:
        raise ValueError(f"records.url: the database cannot be read: {fault}") from None
    if faults:
        raise ValueError("\n".join(faults))
    return queries


async def _find_tables(connection: AsyncConnection, records: SqlRecords) -> FoundTables:
    found: dict[str, FoundTable] = {}
    faults: list[str] = []
    for section, part in records.tables().items():
        table = await find_table(connection, part.table)
        if table is None:
            faults.append(_no_table(f"records.{section}.table", part.table))
            continue
        found[section] = table
        faults += [
            f"records.{section}.{path}: no column {name} in {part.table}"
            for path, name in _named(records, section)
            if name not in table.types
        ]
    for path, of in _apart(records):
        faults += await _faults_of_column(connection, f"records.{path}", of)
    if faults:
        raise ValueError("\n".join(faults))
    return FoundTables(**found)


def _named(records: SqlRecords, section: str) -> Iterator[tuple[str, str]]:
    for name, mapping in records.tables()[section].fields.mappings():
        for part in mapping.columns():
            yield f"fields.{name}", str(part.from_)
    if section == "residents":
        for name in records.residents.order_by:
            yield "order_by", name


def _apart(records: SqlRecords) -> Iterator[tuple[str, ColumnOf]]:
    for path, of in (("version", records.version), ("current_as_of", records.current_as_of)):
        if of is not None:
            yield path, of
    for section, part in records.tables().items():
        for name, of in part.code_tables.items():
            yield f"{section}.code_tables.{name}", of


async def _faults_of_column(connection: AsyncConnection, path: str, of: ColumnOf) -> list[str]:
    table = await find_table(connection, of.table)
    if table is None:
        return [_no_table(f"{path}.table", of.table)]
    if of.column not in table.types:
        return [f"{path}.column: no column {of.column} in {of.table}"]
    return []


def _no_table(path: str, name: str) -> str:
    return f"{path}: no table or view {name} in the database, or not in the user's search path"

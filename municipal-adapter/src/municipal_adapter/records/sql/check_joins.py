"""Whether rows of the tables find each other, as they must for every certificate.

A sample is looked up at once, by the index that certificates need, too; only if none of it finds
anything, all rows are compared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, bindparam, cast, column, func, select, table
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text

from municipal_adapter.records.mapping.field import FieldMapping
from municipal_adapter.records.mapping.reader import RowReader
from municipal_adapter.records.source import UnmappableRecord
from municipal_adapter.records.sql.database import Row, read
from municipal_adapter.records.sql.queries import FoundTables, Queries
from municipal_adapter.records.sql.sql_records import SqlRecords
from municipal_adapter.records.sql.tables import FoundTable, Query, named

SAMPLE = 200
_NUMBERS = (int, Decimal)


@dataclass(frozen=True)
class _Side:
    """A column of one of the tables."""

    path: str
    name: str
    """The table's, in the adapter file."""
    table: FoundTable
    mapping: FieldMapping

    @property
    def column(self) -> str:
        return str(self.mapping.from_)


@dataclass(frozen=True)
class _Join:
    """Rows of one table, and how those of another one are looked up by them."""

    of: _Side
    to: _Side
    key: Callable[[str], object | None]


async def join_faults(
    connection: AsyncConnection, records: SqlRecords, found: FoundTables, queries: Queries
) -> list[str]:
    """Return which columns never lead to a row of the other table, with both their paths.

    Raises:
        SourceUnavailable: the database does not answer.

    """
    return [
        f"{join.of.path}: no {join.of.column} of {join.of.name} is any {join.to.column} of "
        f"{join.to.name} ({join.to.path}): one of them is another number"
        for join in _joins(records, found, queries)
        if not await _holds(connection, join)
    ]


def _joins(records: SqlRecords, found: FoundTables, queries: Queries) -> tuple[_Join, _Join]:
    tables = {"residents": found.residents, "households": found.households, "seals": found.seals}

    def side(section: str, name: str) -> _Side:
        part = records.tables()[section]
        mapping: FieldMapping = getattr(part.fields, name)
        return _Side(f"records.{section}.fields.{name}", part.table, tables[section], mapping)

    return (
        _Join(
            side("residents", "household_id"),
            side("households", "household_id"),
            queries.household_key,
        ),
        _Join(
            side("seals", "resident_id"),
            side("residents", "resident_id"),
            queries.resident_key,
        ),
    )


async def _holds(connection: AsyncConnection, join: _Join) -> bool:
    """Return whether a row leads to one of the other table; also where one of them is empty."""
    sample = await read(connection, join.of.table.select([join.of.column]).limit(SAMPLE))
    others = await read(connection, join.to.table.select([join.to.column]).limit(1))
    if not sample or not others:
        return True
    keys = [key for row in sample if (key := _key(join, row)) is not None]
    if keys and await read(connection, _looked_up(join.to), keys=keys):
        return True
    (pairs,) = await read(connection, _pairs(join))
    return pairs["found"] != 0


def _key(join: _Join, row: Row) -> object | None:
    try:
        return join.key(RowReader("", row).text("", join.of.mapping))
    except UnmappableRecord:
        return None


def _looked_up(to: _Side) -> Query:
    wanted = named(to.column).in_(bindparam("keys", expanding=True))
    return to.table.select([to.column]).where(wanted).limit(1)


def _pairs(join: _Join) -> Query:
    """Return how many rows lead to another one.

    They are counted, though one would do: PostgreSQL would look for a first one row by row.
    """
    of, to = join.of, join.to
    mine = table(of.table.clause.name, column(of.column), schema=of.table.clause.schema)
    other = table(to.table.clause.name, column(to.column), schema=to.table.clause.schema)
    one, another = mine.alias("mine"), other.alias("other")
    left, right = one.c[of.column], another.c[to.column]
    if not {of.table.types[of.column], to.table.types[to.column]} <= {*_NUMBERS}:
        left, right = _as_text(left), _as_text(right)
    leads = left.in_(select(right).select_from(another))
    return select(func.count().label("found")).select_from(one).where(leads)


def _as_text(of: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.trim(cast(of, Text))

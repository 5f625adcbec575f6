"""Tables and views as they are in the municipality's database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TableClause,
    bindparam,
    column,
    inspect,
    select,
    table,
)
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from municipal_adapter.records.mapping.dates import spellings
from municipal_adapter.records.sql.database import READ_S, answering

Query: TypeAlias = "Select[*tuple[Any, ...]]"


@dataclass(frozen=True)
class FoundTable:
    """A table or view that is there, with the Python types of its columns."""

    clause: TableClause
    types: Mapping[str, type[object]]

    def select(self, columns: Iterable[str]) -> Query:
        """Return the query of all its rows."""
        return select(*[named(name) for name in dict.fromkeys(columns)]).select_from(self.clause)

    def by_key(self, key: str, columns: Iterable[str]) -> Query:
        """Return the query of the rows with the value `key` in a column."""
        return self.select(columns).where(named(key) == bindparam("key"))

    def key(self, name: str, text: str) -> object | None:
        """Return a key as the column's type; None: no value of that type is spelled so."""
        try:
            match self.types[name]:
                case type() as kind if kind in (int, Decimal, UUID):
                    return kind(text)  # pyright: ignore[reportCallIssue]
                case _:
                    return text
        except (ValueError, InvalidOperation):
            return None

    def days(self, name: str, day: date) -> list[object]:
        """Return how a day may be written in a column."""
        kind = self.types[name]
        if kind is date:
            return [day]
        written = spellings(day)
        return [int(one) for one in written if one.isdecimal()] if kind is int else list(written)


async def find_table(connection: AsyncConnection, name: str) -> FoundTable | None:
    """Return a table or view, `schema.table` or `table`; None: there is none."""
    clause = table_clause(name)
    try:
        async with answering("no description of a table", READ_S):
            types = await connection.run_sync(_types, clause.name, clause.schema)
    except NoSuchTableError:
        return None
    return FoundTable(clause, types)


def different(name: str, of: str, maximum: int) -> Query:
    """Return the query of at most so many different values of a column."""
    return select(named(of)).select_from(table_clause(name)).distinct().limit(maximum)


def named(name: str) -> ColumnElement[Any]:
    """Return a column of the adapter file as SQL."""
    return column(name)


def table_clause(name: str) -> TableClause:
    """Return a table of the adapter file, `schema.table` or `table`, as SQL."""
    schema, _, plain = name.rpartition(".")
    return table(plain, schema=schema or None)


def _types(connection: Connection, name: str, schema: str | None) -> dict[str, type[object]]:
    inspector = inspect(connection)
    # SQLite's columns have no types of their own: a text finds a number there.
    loose = connection.dialect.name == "sqlite"
    return {
        found["name"]: str if loose else _python_type(cast("TypeEngine[object]", found["type"]))
        for found in inspector.get_columns(name, schema)
    }


def _python_type(kind: TypeEngine[object]) -> type[object]:
    try:
        return kind.python_type
    except NotImplementedError:
        return str

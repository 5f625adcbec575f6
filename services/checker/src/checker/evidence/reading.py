"""Rows of a database as dataclasses."""

from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
_Row = TypeVar("_Row")
_AT_ONCE = 1000


async def read_rows(connection: Connection, statement: str, kind: type[_Row]) -> tuple[_Row, ...]:
    """Return a statement's rows, within the connection's transaction.

    They come in pieces, so that they are not held twice.
    """
    rows = connection.cursor(statement, prefetch=_AT_ONCE)
    return tuple([made(kind, row) async for row in rows])


def made(kind: type[_Row], row: asyncpg.Record) -> _Row:
    """Return a row; ids are text."""
    return kind(**{name: _plain(value) for name, value in row.items()})


def _plain(value: Any) -> Any:  # noqa: ANN401 (a column's value)
    return str(value) if isinstance(value, UUID) else value

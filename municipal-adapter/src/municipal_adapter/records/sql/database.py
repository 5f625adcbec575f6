"""Connections to a municipality's database: each reads one moment and changes nothing."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from municipal_adapter.records.source import SourceUnavailable

CONNECTIONS = 10
OPEN_S, READ_S = 5.0, 15.0
Row = Mapping[str, object]


def open_engine(url: str) -> AsyncEngine:
    """Return the engine of an address, not yet connected; errors never tell values.

    Raises:
        ValueError: of SQLite, the file is not there.

    """
    made = make_url(url)
    isolation = "REPEATABLE READ"
    if made.get_backend_name() == "sqlite":
        # Its driver begins no transaction for reading: `reading` does.
        isolation = "AUTOCOMMIT"
        path = made.database or ""
        if not Path(path).is_file():
            raise ValueError("records.url: there is no such file")
        file = f"file:{quote(path)}"
        made = made.set(database=file).update_query_dict({"mode": "ro", "uri": "true"})
    return create_async_engine(
        made,
        isolation_level=isolation,
        execution_options={"postgresql_readonly": True},
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=OPEN_S,
    )


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """Open a transaction that sees one moment, from its first read on.

    Raises:
        SourceUnavailable: the database does not answer.

    """
    async with answering("no connection", OPEN_S):
        connection = await engine.connect()
    try:
        if engine.dialect.name == "sqlite":
            async with answering("no transaction", OPEN_S):
                await connection.exec_driver_sql("BEGIN")
        yield connection
    finally:
        await connection.close()


async def read(
    connection: AsyncConnection, statement: "Select[*tuple[Any, ...]]", **values: object
) -> list[Row]:
    """Return the rows of a statement, by column.

    Raises:
        SourceUnavailable: the database does not answer, or not to this.

    """
    async with answering("no answer", READ_S):
        found = await connection.execute(statement, values)
    return [dict(row) for row in found.mappings()]


@asynccontextmanager
async def answering(otherwise: str, seconds: float) -> AsyncGenerator[None]:
    """Tell a fault by its type only: a driver's words may hold values or a password.

    Raises:
        SourceUnavailable: the database did not answer, or not in time.
        NoSuchTableError: a table that was to be described is not there.

    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except NoSuchTableError:
        raise
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        raise SourceUnavailable(f"{otherwise} ({type(error).__name__})") from None

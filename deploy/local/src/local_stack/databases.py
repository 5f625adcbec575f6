"""A PostgreSQL server by its address, and the databases that we make on it."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import asyncpg

Value = TypeVar("Value")


class PostgresServer:
    """A server that somebody else runs; we only make and remove databases on it.

    Args:
        dsn: address of any database on it, by a role that may create databases.
        by_file: whether databases are copied file by file: sooner where nobody waits for the disk.
    """

    def __init__(self, dsn: str, *, by_file: bool = False) -> None:
        self.dsn = urlsplit(dsn)._replace(scheme="postgresql").geturl()
        self._how = "STRATEGY FILE_COPY" if by_file else ""

    def start(self) -> str:
        """Return the address that was given; the server runs already."""
        return self.dsn

    def stop(self) -> None:
        """Leave it running; it is not ours."""

    def create_database(self, name: str, like: str = "template1") -> str:
        """Make the database unless it is there, and return its `postgresql://` address.

        Args:
            name: its name.
            like: the name of the database that it is a copy of; nobody may be connected to that.
        """
        copied = f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(like)} {self._how}"
        _in_a_thread(_created(self.dsn, name, copied))
        return urlsplit(self.dsn)._replace(path=f"/{quote(name, safe='')}").geturl()

    def drop_database(self, name: str) -> None:
        """Remove the database with all in it, ending the connections to it."""
        self._run(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")

    def _run(self, statement: str, *arguments: str) -> object:
        return _in_a_thread(_first_value(self.dsn, statement, arguments))


def _in_a_thread(work: Coroutine[Any, Any, Value]) -> Value:
    # In a thread of its own, because the caller may be inside a running event loop.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _created(dsn: str, name: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
        if known is None:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _first_value(dsn: str, statement: str, arguments: Sequence[str]) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement, *arguments)
    finally:
        await connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

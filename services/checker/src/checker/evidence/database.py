"""Reads the gateway's database with statements of its own, in one consistent snapshot."""

import json
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import asyncpg

from checker.evidence.rows import (
    Books,
    Issuance,
    LedgerLine,
    MeteringRecord,
    OutboxRow,
    Report,
    Site,
    Transfer,
)

_Row = TypeVar("_Row")
_Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_LEDGER_LINES = "SELECT issuance_id, account, yen FROM ledger_lines"
_SITES = """
    SELECT site, chain, municipality, CASE type WHEN 'city' THEN 0 ELSE commission END AS commission
    FROM sites JOIN chains USING (chain)
"""


async def read_books(dsn: str) -> Books:
    """Return what the database at `dsn` holds.

    Raises:
        OSError, asyncpg.PostgresError: it cannot be read.

    """
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await _books(connection)
    finally:
        await connection.close()


async def _books(connection: _Connection) -> Books:
    sites = await connection.fetch(_SITES)
    terminals = await connection.fetch("SELECT terminal, site FROM terminals")
    versions = await connection.fetch(
        "SELECT municipality, version, body::text FROM municipality_versions"
    )
    lines = await connection.fetch(_LEDGER_LINES)
    return Books(
        issuances=await _table(connection, "issuances", Issuance),
        metering=await _table(connection, "metering_records", MeteringRecord),
        transfers=await _table(connection, "ledger_transfers", Transfer),
        ledger_lines=tuple(_made(LedgerLine, row) for row in lines),
        outbox=await _table(connection, "outbox", OutboxRow),
        reports=await _table(connection, "reports", Report),
        sites={row["site"]: _made(Site, row) for row in sites},
        terminal_sites={row["terminal"]: row["site"] for row in terminals},
        configurations={
            (row["municipality"], row["version"]): json.loads(row["body"]) for row in versions
        },
    )


async def _table(connection: _Connection, table: str, kind: type[_Row]) -> tuple[_Row, ...]:
    columns = ", ".join(kind.__annotations__)
    # Names of our own: no value from outside is in the statement.
    rows = await connection.fetch(f"SELECT {columns} FROM {table}")  # noqa: S608
    return tuple(_made(kind, row) for row in rows)


def _made(kind: type[_Row], row: asyncpg.Record) -> _Row:
    return kind(**{name: _plain(value) for name, value in row.items()})


def _plain(value: Any) -> Any:  # noqa: ANN401 (a column's value)
    return str(value) if isinstance(value, UUID) else value

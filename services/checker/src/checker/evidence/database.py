"""Reads the gateway's database with statements of its own, in one consistent snapshot."""

import json
from typing import TypeVar

import asyncpg

from checker.evidence.billing import read_billing
from checker.evidence.reading import Connection, made, read_rows
from checker.evidence.rows import (
    Books,
    Decision,
    Issuance,
    LedgerLine,
    MeteringRecord,
    MunicipalityDecision,
    OutboxRow,
    Outcome,
    Rate,
    Report,
    Site,
    StampRow,
    Stop,
    Transfer,
)

_Row = TypeVar("_Row")

_LEDGER_LINES = "SELECT issuance_id, account, yen FROM ledger_lines"
_SITES = "SELECT site, chain, municipality, type FROM sites"
_RATES = "SELECT chain, valid_from, yen FROM chain_commissions ORDER BY chain, valid_from"


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


async def _books(connection: Connection) -> Books:
    sites = await connection.fetch(_SITES)
    rates = await connection.fetch(_RATES)
    terminals = await connection.fetch("SELECT terminal, site, state FROM terminals")
    versions = await connection.fetch(
        "SELECT municipality, version, body::text FROM municipality_versions"
    )
    lines = await connection.fetch(_LEDGER_LINES)
    decided = await _table(connection, "municipality_decisions", MunicipalityDecision)
    orders = await connection.fetch("SELECT order_id, deadline FROM orders")
    return Books(
        issuances=await _table(connection, "issuances", Issuance),
        answer_deadlines={str(row["order_id"]): row["deadline"] for row in orders},
        metering=await _table(connection, "metering_records", MeteringRecord),
        transfers=await _table(connection, "ledger_transfers", Transfer),
        ledger_lines=tuple(made(LedgerLine, row) for row in lines),
        outbox=await _table(connection, "outbox", OutboxRow),
        stamps=tuple(sorted(await _table(connection, "stamps", StampRow), key=_number)),
        reports=await _table(connection, "reports", Report),
        outcomes=await _table(connection, "outcomes", Outcome),
        stops=await _table(connection, "stops", Stop),
        decisions=await _table(connection, "decisions", Decision),
        sites={row["site"]: made(Site, row) for row in sites},
        rates=tuple(made(Rate, row) for row in rates),
        terminal_sites={row["terminal"]: row["site"] for row in terminals},
        suspended=frozenset(r["terminal"] for r in terminals if r["state"] == "suspended"),
        configurations={
            (row["municipality"], row["version"]): json.loads(row["body"]) for row in versions
        },
        municipality_decisions=tuple(sorted(decided, key=_number)),
        billing=await read_billing(connection),
    )


async def _table(connection: Connection, table: str, kind: type[_Row]) -> tuple[_Row, ...]:
    columns = ", ".join(kind.__annotations__)
    # Names of our own: no value from outside is in the statement.
    return await read_rows(connection, f"SELECT {columns} FROM {table}", kind)  # noqa: S608


def _number(row: StampRow | MunicipalityDecision) -> int:
    return row.number

"""What a chain has still to pay in of a statement: per municipality and day."""

from collections import defaultdict
from datetime import date

import asyncpg
from madoguchi_wire.kit.pool import Executor

from billing.statements.statement import Role, Statement, statement_number

Cell = tuple[str, date]
"""A municipality, and a day on which fees were taken."""

_PAPERS = """
    FROM billing.papers AS p
    WHERE p.chain = $1 AND p.channel = 'store' AND {which} AND NOT EXISTS (
        SELECT FROM billing.transfers AS r
        WHERE r.issuance_id = p.issuance_id AND r.purpose = 'refund_by_chain')
    GROUP BY p.municipality, p.accepted_on, p.period
    HAVING sum(p.fee) > 0
"""
_SELECT = "SELECT p.municipality, p.accepted_on AS day, p.period, sum(p.fee)::bigint AS yen"
_STATED = _SELECT + _PAPERS.format(which="p.period = $2")
_BEFORE = _SELECT + _PAPERS.format(
    which="""p.accepted_on = ANY($3::date[]) AND p.period IN (
        SELECT period FROM billing.periods
        WHERE position < (SELECT position FROM billing.periods WHERE period = $2))"""
)
_PAID = """
    SELECT municipality, day, statement, sum(yen)::bigint AS yen FROM billing.pay_ins AS p
    WHERE chain = $1 AND day = ANY($2::date[])
      AND NOT EXISTS (SELECT FROM billing.transfers AS r WHERE r.reverses = p.transfer_id)
    GROUP BY municipality, day, statement
"""


async def still_open(connection: Executor, statement: Statement) -> dict[Cell, int]:
    """Return the yen that no pay-in is for, by municipality and day, in their order.

    What was paid in for a day without a statement counts for the statement that had the day first.
    """
    chain = statement.party.code
    stated = {
        _cell(row): row["yen"] for row in await connection.fetch(_STATED, chain, statement.period)
    }
    days = sorted({day for _, day in stated})
    paid: dict[Cell, dict[str | None, int]] = defaultdict(dict)
    for row in await connection.fetch(_PAID, chain, days):
        paid[_cell(row)][row["statement"]] = row["yen"]
    before: dict[Cell, int] = defaultdict(int)
    for row in await connection.fetch(_BEFORE, chain, statement.period, days):
        theirs = statement_number(row["period"], Role.CHAIN, chain)
        before[_cell(row)] += max(row["yen"] - paid[_cell(row)].get(theirs, 0), 0)
    found: dict[Cell, int] = {}
    for cell, yen in sorted(stated.items()):
        spare = max(paid[cell].get(None, 0) - before[cell], 0)
        left = yen - paid[cell].get(statement.number, 0) - spare
        if left > 0:
            found[cell] = left
    return found


def _cell(row: asyncpg.Record) -> Cell:
    return row["municipality"], row["day"]

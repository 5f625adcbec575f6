"""What a chain has still to pay in, by municipality and day: a pay-in says for which it is."""

from collections import defaultdict
from datetime import date

import asyncpg
from madoguchi_wire.kit.pool import Executor

from billing.owed.reached import Reached
from billing.statements.statement import Role, statement_number

Cell = tuple[str, date]
"""A municipality, and a day on which fees were taken."""

_SELECT = """
    SELECT p.municipality, p.accepted_on AS day, p.period, sum(p.fee)::bigint AS yen
    FROM billing.papers AS p
    WHERE p.chain = $1 AND p.channel = 'store' AND {which} AND NOT EXISTS (
        SELECT FROM billing.transfers AS r
        WHERE r.issuance_id = p.issuance_id AND r.purpose = 'refund_by_chain')
    GROUP BY p.municipality, p.accepted_on, p.period
    HAVING sum(p.fee) > 0
"""
_STATED = _SELECT.format(which="p.period = $2")
_BEFORE = _SELECT.format(which="p.period = ANY($2::text[]) AND p.accepted_on = ANY($3::date[])")
_PAID = """
    SELECT p.municipality, p.day, p.statement, sum(p.yen)::bigint AS yen
    FROM billing.pay_ins AS p JOIN billing.transfers AS t USING (transfer_id)
    WHERE p.chain = $1 AND p.day = ANY($2::date[]) AND t.position <= $3 AND NOT EXISTS (
        SELECT FROM billing.transfers AS r
        WHERE r.reverses = p.transfer_id AND r.position <= $3)
    GROUP BY p.municipality, p.day, p.statement
"""


async def open_days(connection: Executor, chain: str, reached: Reached) -> dict[Cell, int]:
    """Return the yen of a period that no pay-in is for, by municipality and day, in their order.

    What was paid in for a day without a statement counts for the period that had the day first;
    too much for one day is no payment for another.
    """
    *before, period = reached.periods
    rows = await connection.fetch(_STATED, chain, period)
    stated = {_cell(row): row["yen"] for row in rows}
    days = sorted({day for _, day in stated})
    paid: dict[Cell, dict[str | None, int]] = defaultdict(dict)
    for row in await connection.fetch(_PAID, chain, days, reached.last_transfer):
        paid[_cell(row)][row["statement"]] = row["yen"]
    earlier: dict[Cell, int] = defaultdict(int)
    for row in await connection.fetch(_BEFORE, chain, before, days):
        theirs = statement_number(row["period"], Role.CHAIN, chain)
        earlier[_cell(row)] += max(row["yen"] - paid[_cell(row)].get(theirs, 0), 0)
    number = statement_number(period, Role.CHAIN, chain)
    found: dict[Cell, int] = {}
    for cell, yen in sorted(stated.items()):
        spare = max(paid[cell].get(None, 0) - earlier[cell], 0)
        left = yen - paid[cell].get(number, 0) - spare
        if left > 0:
            found[cell] = left
    return found


def _cell(row: asyncpg.Record) -> Cell:
    return row["municipality"], row["day"]

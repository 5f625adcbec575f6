"""Statements that are kept, against their digests and the rows that they were made of."""

from collections.abc import Iterator
from typing import Any, cast

from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.pool import Connection
from pydantic import BaseModel

from billing.checking.fault import Fault
from billing.rules.periods import Period
from billing.statements.making import build_statement, find_statement
from billing.statements.statement import VERSION, Statement

_KEPT = "SELECT number, period, party FROM billing.statements ORDER BY period, number"
_MISSING = """
    SELECT DISTINCT p.period, party.named AS party
    FROM billing.papers AS p CROSS JOIN LATERAL (VALUES
        ('municipality:' || p.municipality),
        (CASE p.channel WHEN 'store' THEN 'chain:' || p.chain END)) AS party(named)
    WHERE party.named IS NOT NULL
      AND EXISTS (SELECT FROM billing.statements AS s WHERE s.period = p.period)
      AND NOT EXISTS (
        SELECT FROM billing.statements AS s WHERE (s.period, s.party) = (p.period, party.named))
    ORDER BY p.period, party
"""
_ALWAYS = (
    *("papers", "fees", "collected", "refunds", "commissions", "commission_tax", "share"),
    *("set_off", "claims_paid", "claims_returned"),
)
"""Totals that mean the same in bodies of every version."""


async def statement_faults(connection: Connection) -> list[Fault]:
    """Return what is wrong with statements."""
    faults: list[Fault] = []
    for row in await connection.fetch(_KEPT):
        number, period = row["number"], row["period"]
        try:
            kept = await find_statement(connection, number)
            built = await build_statement(connection, Period.of(period), kept.party, kept.issued_on)
        except MadoguchiError as error:
            faults.append(Fault("statement", number, str(error)))
            continue
        party = f"{kept.party.role}:{kept.party.code}"
        if (kept.number, kept.period, party) != (number, period, row["party"]):
            faults.append(Fault("statement", number, f"its body is {kept.number}'s, of {party}"))
        faults += [Fault("statement", number, what) for what in _differences(kept, built)]
    for row in await connection.fetch(_MISSING):
        what = f"{row['party']} has papers, and no statement is kept"
        faults.append(Fault("period", row["period"], what))
    return faults


def _differences(kept: Statement, built: Statement) -> Iterator[str]:
    """Tell where a kept statement is not what its rows give."""
    is_current = kept.version == VERSION
    if kept.settlement != built.settlement:
        yield f"it is stated as settled {kept.settlement}, and is {built.settlement} by the books"
    names = type(kept.totals).model_fields if is_current else _ALWAYS
    for name in names:
        stated, booked = getattr(kept.totals, name), getattr(built.totals, name)
        if stated != booked:
            yield f"{name} is stated as {stated}, and is {booked} by the books"
    if is_current:
        for name, lines in _lines(built).items():
            if _lines(kept)[name] != lines:
                yield f"its {name} are not what the books have"


def _lines(statement: Statement) -> dict[str, list[dict[str, Any]]]:
    """Return all parts that have lines, without numbers: one that is missing moves all others."""
    parts = {name: getattr(statement, name) for name in type(statement).model_fields}
    return {
        name: [line.model_dump(exclude={"line"}) for line in cast("tuple[BaseModel, ...]", part)]
        for name, part in parts.items()
        if isinstance(part, tuple)
    }

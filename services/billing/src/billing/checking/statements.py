"""Statements that are kept, against their digests and the rows that they were made of."""

from collections.abc import Iterator
from typing import Any, cast

from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.pool import Connection
from pydantic import BaseModel

from billing.checking.fault import Fault
from billing.checking.versions import version_faults
from billing.rules.periods import Period
from billing.statements.making import build_statement, find_statement
from billing.statements.statement import VERSION, Statement

_KEPT = """
    SELECT number, period, party, version, statement_version AS closed
    FROM billing.statements JOIN billing.periods USING (period) ORDER BY period, number
"""
_MISSING = """
    WITH stated AS (
        SELECT period FROM billing.statements
        UNION SELECT period FROM billing.transfer_files
        UNION SELECT substring(statement FROM '^[0-9]{4}-(?:[0-9]{2}|late)') FROM billing.pay_ins
    ), due AS (
        SELECT DISTINCT p.period, party.named AS party, 'papers' AS what
        FROM billing.papers AS p CROSS JOIN LATERAL (VALUES
            ('municipality:' || p.municipality),
            (CASE p.channel WHEN 'store' THEN 'chain:' || p.chain END)) AS party(named)
        WHERE party.named IS NOT NULL
        UNION
        SELECT period, 'municipality:' || municipality, 'a share' FROM billing.transfers
        WHERE purpose = 'share' AND yen > 0
    )
    SELECT d.period, d.party, string_agg(d.what, ' and ' ORDER BY d.what DESC) AS what
    FROM due AS d JOIN stated USING (period)
    WHERE NOT EXISTS (
        SELECT FROM billing.statements AS s WHERE (s.period, s.party) = (d.period, d.party))
    GROUP BY d.period, d.party ORDER BY d.period, d.party
"""
"""A period was stated if a statement, a transfer file or a payment of a statement says so."""
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
        found = [*version_faults(kept.version, row["version"], row["closed"])]
        found += _differences(kept, built)
        faults += [Fault("statement", number, what) for what in found]
    for row in await connection.fetch(_MISSING):
        what = f"{row['party']} has {row['what']}, and no statement is kept"
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

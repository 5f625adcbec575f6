"""From a line of a statement to the issuances behind it; their ids find the audit events."""

from datetime import date
from uuid import UUID

from madoguchi_wire.errors import StatementUnknown
from madoguchi_wire.kit.pool import Executor

from billing.rules.tax import rate_on
from billing.statements.statement import (
    ClaimLine,
    CommissionLine,
    DayLine,
    FeeLine,
    LateLine,
    PlaceLine,
    RefundLine,
    Role,
    Statement,
)

_Paper = FeeLine | CommissionLine | LateLine
_Counted = DayLine | PlaceLine
Line = _Paper | RefundLine | ClaimLine | _Counted
_PAPERS = """
    SELECT issuance_id, accepted_on, kind, channel, fee, commission FROM billing.papers
    WHERE period = $1 AND {party} = $2 AND {counterpart} = $3 ORDER BY accepted_on, issuance_id
"""
_COUNTED = """
    SELECT issuance_id FROM billing.papers
    WHERE period = $1 AND {party} = $2 AND ($3::date IS NULL OR accepted_on = $3)
      AND ($4::text IS NULL OR place = $4) AND ($5::text IS NULL OR kind = $5)
    ORDER BY accepted_on, issuance_id
"""
_REFUNDS = """
    SELECT issuance_id FROM billing.transfers
    WHERE period = $1 AND {party} = $2 AND {counterpart} = $3 AND purpose = $4
    ORDER BY issuance_id
"""
_CLAIMS = """
    SELECT c.issuance_id FROM billing.transfers AS c JOIN billing.periods AS p USING (period)
    WHERE c.purpose = 'claim' AND c.{party} = $2 AND c.{counterpart} = $3
      AND p.position <= (SELECT position FROM billing.periods WHERE period = $1)
      AND NOT EXISTS (
        SELECT FROM billing.transfers AS e JOIN billing.periods AS q USING (period)
        WHERE e.reverses = c.transfer_id
          AND q.position <= (SELECT position FROM billing.periods WHERE period = $1))
      AND NOT EXISTS (
        SELECT FROM billing.transfers AS d JOIN billing.periods AS q USING (period)
        WHERE d.purpose = 'claim_passed_on' AND d.issuance_id = c.issuance_id
          AND q.position <= (SELECT position FROM billing.periods WHERE period = $1)
          AND NOT EXISTS (
            SELECT FROM billing.transfers AS r JOIN billing.periods AS s USING (period)
            WHERE r.reverses = d.transfer_id
              AND s.position <= (SELECT position FROM billing.periods WHERE period = $1)))
    ORDER BY c.issuance_id
"""


async def trace(connection: Executor, statement: Statement, number: int) -> list[UUID]:
    """Return the issuances behind a line, in order of their days.

    Raises:
        StatementUnknown: the statement has no such line.

    """
    line = _line(statement, number)
    is_city = statement.party.role is Role.MUNICIPALITY
    names = ("municipality", "chain") if is_city else ("chain", "municipality")
    texts = {"party": names[0], "counterpart": names[1]}
    of = (statement.period, statement.party.code)
    if isinstance(line, DayLine | PlaceLine):
        rows = await connection.fetch(_COUNTED.format(**texts), *of, *_told(line))
        return [row["issuance_id"] for row in rows]
    about = (*of, line.counterpart)
    if isinstance(line, RefundLine):
        purpose = f"refund_by_{line.borne_by}"
        rows = await connection.fetch(_REFUNDS.format(**texts), *about, purpose)
        return [row["issuance_id"] for row in rows]
    if isinstance(line, ClaimLine):
        rows = await connection.fetch(_CLAIMS.format(**texts), *about)
        return [row["issuance_id"] for row in rows]
    rows = await connection.fetch(_PAPERS.format(**texts), *about)
    return [row["issuance_id"] for row in rows if _is_of(line, dict(row.items()))]


def _line(statement: Statement, number: int) -> Line:
    every: tuple[Line, ...] = (
        *statement.lines,
        *statement.commissions,
        *statement.refunds,
        *statement.claims,
        *statement.late,
        *statement.by_day,
        *statement.by_place,
    )
    found = [line for line in every if line.line == number]
    if not found:
        raise StatementUnknown(f"Statement {statement.number} has no line {number}.")
    return found[0]


def _told(line: _Counted) -> tuple[date | None, str | None, str | None]:
    """Return day, place and kind of the papers that a line counts; None: any."""
    if isinstance(line, DayLine):
        return line.day, None, None
    return None, line.place, line.kind


def _is_of(line: _Paper, paper: dict[str, object]) -> bool:
    match line:
        case FeeLine():
            told = (line.kind, line.channel, line.unit_price)
            return told == (paper["kind"], paper["channel"], paper["fee"])
        case CommissionLine():
            return paper["commission"] != 0 and rate_on(_day(paper)) == line.rate
        case LateLine():
            return _day(paper).strftime("%Y-%m") == line.month


def _day(paper: dict[str, object]) -> date:
    day = paper["accepted_on"]
    assert isinstance(day, date)  # noqa: S101 (the column's type)
    return day

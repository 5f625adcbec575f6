"""From a line of a statement to the issuances behind it; their ids find the audit events."""

from collections.abc import AsyncIterator
from dataclasses import astuple, dataclass
from datetime import date
from uuid import UUID

from madoguchi_wire.errors import StatementUnknown
from madoguchi_wire.kit.pool import Executor

from billing.rules.periods import Period
from billing.rules.tax import days_of
from billing.statements.reading import columns
from billing.statements.statement import (
    ClaimLine,
    ClaimPaidLine,
    ClaimReturnedLine,
    CommissionLine,
    DayLine,
    FeeLine,
    LateLine,
    OwnLossLine,
    PlaceLine,
    RefundLine,
    Statement,
)

_Paper = FeeLine | CommissionLine | LateLine | DayLine | PlaceLine
_Moved = RefundLine | ClaimPaidLine | ClaimReturnedLine
Line = _Paper | _Moved | ClaimLine | OwnLossLine
PAGE = 1000
"""As many issuances at once, at most."""
START = UUID(int=0)
"""Comes before the id of any issuance."""
_PAPERS = """
    SELECT issuance_id FROM billing.papers
    WHERE period = $1 AND {party} = $2 AND issuance_id > $3
      AND ($5::text IS NULL OR {counterpart} = $5) AND ($6::text IS NULL OR kind = $6)
      AND ($7::text IS NULL OR channel = $7) AND ($8::text IS NULL OR place = $8)
      AND ($9::integer IS NULL OR fee = $9) AND commission >= $10
      AND accepted_on BETWEEN $11 AND $12
    ORDER BY issuance_id LIMIT $4
"""
_TRANSFERS = """
    SELECT DISTINCT issuance_id FROM billing.transfers AS t
    WHERE period = $1 AND {party} = $2 AND issuance_id > $3 AND {counterpart} = $5
      AND {purpose} = $6
    ORDER BY issuance_id LIMIT $4
"""
_CLAIMS = """
    SELECT c.issuance_id FROM billing.transfers AS c JOIN billing.periods AS p USING (period)
    WHERE c.purpose = 'claim' AND c.{party} = $2 AND c.issuance_id > $3 AND c.{counterpart} = $5
      AND split_part(c.debit_account, ':', 1) = $6
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
    ORDER BY c.issuance_id LIMIT $4
"""


@dataclass(frozen=True)
class _Which:
    """Which papers a line counts; None: any."""

    counterpart: str | None = None
    kind: str | None = None
    channel: str | None = None
    place: str | None = None
    fee: int | None = None
    least_commission: int = 0
    first_day: date = date.min
    last_day: date = date.max


async def trace(
    connection: Executor,
    statement: Statement,
    number: int,
    after: UUID = START,
    limit: int = PAGE,
) -> list[UUID]:
    """Return a page of the issuances behind a line: by their ids, those after one.

    Raises:
        StatementUnknown: the statement has no such line.

    """
    line = _line(statement, number)
    texts = columns(statement.party.role)
    of = (statement.period, statement.party.code, after, limit)
    match line:
        case RefundLine() | ClaimPaidLine() | ClaimReturnedLine():
            about = (*of, line.counterpart, _purpose_of(line))
            rows = await connection.fetch(_TRANSFERS.format(**texts), *about)
        case ClaimLine() | OwnLossLine():
            account = "claims_on" if isinstance(line, ClaimLine) else "lost"
            about = (*of, line.counterpart, account)
            rows = await connection.fetch(_CLAIMS.format(**texts), *about)
        case _:
            rows = await connection.fetch(_PAPERS.format(**texts), *of, *astuple(_papers_of(line)))
    return [row["issuance_id"] for row in rows]


async def trace_all(
    connection: Executor, statement: Statement, number: int, page: int = PAGE
) -> AsyncIterator[UUID]:
    """Give all issuances behind a line, read page by page; raises StatementUnknown."""
    after = START
    while found := await trace(connection, statement, number, after, page):
        for one in found:
            yield one
        after = found[-1]


def _line(statement: Statement, number: int) -> Line:
    every: tuple[Line, ...] = (
        *statement.lines,
        *statement.commissions,
        *statement.refunds,
        *statement.claims,
        *statement.own_losses,
        *statement.claims_paid,
        *statement.claims_returned,
        *statement.late,
        *statement.by_place,
        *statement.by_day,
    )
    found = [line for line in every if line.line == number]
    if not found:
        raise StatementUnknown(f"Statement {statement.number} has no line {number}.")
    return found[0]


def _purpose_of(line: _Moved) -> str:
    match line:
        case RefundLine():
            return f"refund_by_{line.borne_by}"
        case ClaimPaidLine():
            return "claim_passed_on"
        case ClaimReturnedLine():
            return "claim_taken_back"


def _papers_of(line: _Paper) -> _Which:
    match line:
        case FeeLine():
            return _Which(line.counterpart, line.kind, line.channel, fee=line.unit_price)
        case CommissionLine():
            first, last = days_of(line.rate)
            return _Which(line.counterpart, least_commission=1, first_day=first, last_day=last)
        case LateLine():
            month = Period.of(line.month)
            return _Which(line.counterpart, first_day=month.first_day, last_day=month.last_day)
        case DayLine():
            return _Which(first_day=line.day, last_day=line.day)
        case PlaceLine():
            return _Which(line.counterpart, kind=line.kind, place=line.place)

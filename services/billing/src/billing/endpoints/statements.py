"""Statements, as they were made once."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath
from madoguchi_wire.errors import (
    AccountNotInForce,
    AccountUnknown,
    DocumentUnreadable,
    LedgerUnexplained,
    NotInEncoding,
    PeriodNotClosed,
    StatementUnknown,
)
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from pydantic import BaseModel, Field

from billing.access.accesses import record_access
from billing.documents.csv import Encoding
from billing.documents.rendering import Format
from billing.documents.statement_sheet import statement_sheet
from billing.endpoints.documented import DOCUMENTS, Shared, as_before, document, writer
from billing.endpoints.periods import PeriodText, period_of
from billing.statements.making import find_statement, list_statements, make_statements
from billing.statements.statement import Party, Statement
from billing.statements.tracing import PAGE, START, trace

router = APIRouter(prefix="/v1", tags=["statements"], route_class=JsonRoute)
Number = Annotated[str, InPath(pattern=r"^[0-9A-Za-z._-]{1,100}$")]
Line = Annotated[int, InPath(ge=1, le=1_000_000)]


class Made(BaseModel):
    """Statements that are new; those that were made before stay as they are."""

    numbers: list[str]


class Listed(BaseModel):
    """A statement without its content."""

    number: str
    party: Party
    papers: int
    to_receive: int
    to_pay: int


class Traced(BaseModel):
    """A page of the issuances behind a line; the archive tells the events of each."""

    number: str
    line: int
    issuances: Annotated[list[UUID], Field(max_length=PAGE)]
    """In the order of their ids."""
    next: UUID | None = None
    """For `after`, where there may be more."""


@router.post(
    "/periods/{period}/statements",
    status_code=201,
    summary="Make the statements of a closed period",
    responses={
        **as_before(Made),
        **problems(PeriodNotClosed, AccountNotInForce, AccountUnknown, LedgerUnexplained),
    },
)
async def make(period: PeriodText, person: Named, parts: Shared, response: Response) -> Made:
    """Make and keep the statements of everybody with a contract."""
    wanted = period_of(period)
    async with writer(parts) as connection:
        numbers = await make_statements(connection, parts.office(person), wanted)
    response.status_code = 201 if numbers else 200
    return Made(numbers=numbers)


@router.get(
    "/periods/{period}/statements",
    summary="List statements",
    responses=problems(DocumentUnreadable),
)
async def listed(period: PeriodText, person: Named, parts: Shared) -> list[Listed]:
    """Return the statements of a period."""
    wanted = period_of(period)
    await record_access(parts.pool, person, "statements", {"period": wanted})
    found = await list_statements(parts.pool, wanted)
    return [
        Listed(
            number=one.number,
            party=one.party,
            papers=one.totals.papers,
            to_receive=one.totals.to_receive,
            to_pay=one.totals.to_pay,
        )
        for one in found
    ]


@router.get(
    "/statements/{number}",
    summary="A statement",
    response_model=Statement,
    responses={**DOCUMENTS, **problems(StatementUnknown, DocumentUnreadable, NotInEncoding)},
)
async def statement(
    number: Number,
    person: Named,
    parts: Shared,
    format: Format = "json",  # noqa: A002 (the parameter's name)
    encoding: Encoding = "utf-8",
) -> Response:
    """Return a statement as it was made; `encoding` is of CSV."""
    await record_access(parts.pool, person, "statement", {"number": number, "format": format})
    found = await find_statement(parts.pool, number)
    sheet = statement_sheet(found)
    return await document(f"statement-{number}", found, sheet, format, encoding)


@router.get(
    "/statements/{number}/lines/{line}",
    summary="The issuances behind a line",
    responses=problems(StatementUnknown, DocumentUnreadable),
)
async def traced(
    number: Number,
    line: Line,
    person: Named,
    parts: Shared,
    after: Annotated[UUID, Query(description="`next` of the page before")] = START,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> Traced:
    """Return a page of the ids of the issuances that a line counts."""
    asked = {"number": number, "line": line, "after": after}
    await record_access(parts.pool, person, "trace", asked)
    found = await find_statement(parts.pool, number)
    page = await trace(parts.pool, found, line, after, limit)
    following = page[-1] if len(page) == limit else None
    return Traced(number=number, line=line, issuances=page, next=following)

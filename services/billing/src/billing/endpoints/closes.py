"""Closing days, months and late entries."""

from fastapi import APIRouter
from madoguchi_wire.errors import (
    AccountUnknown,
    LedgerUnexplained,
    PeriodClosed,
    PeriodNotOver,
    PeriodOutOfOrder,
)
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from pydantic import BaseModel

from billing.closing.choosing import close
from billing.endpoints.documented import Shared, writer

router = APIRouter(prefix="/v1", tags=["closes"], route_class=JsonRoute)


class CloseView(BaseModel):
    """What a close did."""

    closed: str
    papers: int
    yen: int
    late_papers: int
    claims: int
    not_ended: int


@router.put(
    "/closes/{what}",
    status_code=201,
    summary="Close a day, a month or the late entries of a fiscal year",
    responses=problems(
        PeriodNotOver, PeriodClosed, PeriodOutOfOrder, LedgerUnexplained, AccountUnknown
    ),
)
async def close_it(what: str, person: Named, parts: Shared) -> CloseView:
    """Close `2010-04-30`, `2010-04` or `2010-late`: all of it, or nothing."""
    async with writer(parts) as connection:
        done = await close(connection, parts.office(person), what)
    return CloseView(**done.told())

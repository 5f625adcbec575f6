"""Coins that arrived at a municipality out of its own machines."""

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Path as InPath
from madoguchi_wire.errors import AmountRefused, ArrivalDiffers, UnsupportedMediaType
from madoguchi_wire.kit.day_text import DayText
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from pydantic import BaseModel, ConfigDict

from billing.endpoints.documented import Shared, as_before, writer
from billing.endpoints.payments import Yen
from billing.settlement.arrivals import Arrival, record_arrival

router = APIRouter(prefix="/v1", tags=["machines"], route_class=JsonRoute)
TerminalName = Annotated[str, InPath(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class ArrivalBody(BaseModel):
    """All that arrived of the coins that were taken out on that day."""

    model_config = ConfigDict(extra="forbid")

    yen: Yen
    instead_of: Yen | None = None
    """What is recorded and was wrong."""


class Arrived(BaseModel):
    """What arrived is recorded."""

    is_new: bool
    """False: it was, just so, before."""


@router.put(
    "/machines/{terminal}/arrivals/{day}",
    status_code=201,
    summary="Record what arrived of a machine's coins",
    responses={
        **as_before(Arrived),
        **problems(AmountRefused, ArrivalDiffers, UnsupportedMediaType),
    },
)
async def arrived(
    terminal: TerminalName,
    day: DayText,
    body: ArrivalBody,
    person: Named,
    parts: Shared,
    response: Response,
) -> Arrived:
    """Record it as the municipality counted it, by the day on which it was taken out."""
    arrival = Arrival(terminal, day, body.yen, body.instead_of)
    async with writer(parts) as connection:
        is_new = await record_arrival(connection, parts.office(person), arrival)
    response.status_code = 201 if is_new else 200
    return Arrived(is_new=is_new)

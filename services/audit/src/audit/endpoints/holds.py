"""Legal holds."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from madoguchi_wire.errors import InvalidFields, NotFound, UnsupportedMediaType
from madoguchi_wire.kit.day_text import DayText
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from madoguchi_wire.municipality_code import MunicipalityCode
from pydantic import BaseModel, ConfigDict, StringConstraints

from audit.access.accesses import record_access
from audit.endpoints.documented import Shared
from audit.holds.holds import Held, HoldUnknown, lift, list_holds, place

router = APIRouter(prefix="/v1/holds", tags=["holds"], route_class=JsonRoute)
Subject = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:@/-]{1,128}$")]


class HoldView(BaseModel):
    """A hold as the archive has it."""

    hold_id: UUID
    municipality: str | None
    subject: str | None
    first_day: date | None
    last_day: date | None
    placed_by: str
    reason: str
    placed_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    lifted_because: str | None


class PlaceHold(BaseModel):
    """What retention must leave alone; at least one of these."""

    model_config = ConfigDict(extra="forbid")

    municipality: MunicipalityCode | None = None
    subject: Subject | None = None
    """One issuance."""
    first_day: DayText | None = None
    last_day: DayText | None = None


class HoldPlaced(BaseModel):
    """The hold counts from now on."""

    hold_id: UUID


@router.get("", summary="List holds", responses=problems())
async def holds(person: Named, parts: Shared, *, lifted_too: bool = False) -> list[HoldView]:
    """Return the holds in force, or all."""
    await record_access(parts.pool, person, "holds", {"lifted_too": lifted_too})
    found = await list_holds(parts.pool, lifted_too=lifted_too)
    return [HoldView.model_validate(asdict(hold)) for hold in found]


@router.post("", status_code=201, summary="Place a hold", responses=problems(UnsupportedMediaType))
async def place_hold(body: PlaceHold, person: Named, parts: Shared) -> HoldPlaced:
    """Place a hold for the reason that the request gives."""
    try:
        held = Held(**body.model_dump())
    except ValueError as error:
        raise InvalidFields(f"{error}.") from error
    async with parts.pool.acquire() as connection, connection.transaction():
        hold = await place(connection, held, person)
        await record_access(connection, person, "hold placed", asdict(held) | {"hold": hold})
    return HoldPlaced(hold_id=hold)


@router.post("/{hold}/lifting", status_code=204, summary="Lift it", responses=problems(NotFound))
async def lift_hold(hold: UUID, person: Named, parts: Shared) -> None:
    """Lift a hold for the reason that the request gives."""
    try:
        async with parts.pool.acquire() as connection, connection.transaction():
            await lift(connection, hold, person)
            await record_access(connection, person, "hold lifted", {"hold": hold})
    except HoldUnknown as error:
        raise NotFound("No hold in force has this id.") from error

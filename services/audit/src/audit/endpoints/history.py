"""Histories: of one issuance, terminal or municipality, or of all, in a period."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from madoguchi_wire.errors import InvalidFields, NotFound
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.municipality_code import MunicipalityCode
from pydantic import BaseModel

from audit.access.accesses import record_access
from audit.access.person import Person
from audit.endpoints.days import DayText
from audit.endpoints.documented import Named, Shared, problems
from audit.history.paging import place_in, spelled
from audit.history.select import PAGE, Place, Selection, as_told, selected
from audit.parts import Parts

router = APIRouter(prefix="/v1", tags=["history"], route_class=JsonRoute)
Day = Annotated[DayText | None, Query(description="Japan's")]
After = Annotated[str | None, Query(description="`next` of the page before")]


class Events(BaseModel):
    """A page of events, in the order of their time."""

    events: list[dict[str, Any]]
    """CloudEvents with their digest; one without payload has `removed`."""
    next: str | None = None
    """For `after`, where there is more."""


@router.get("/issuances/{issuance}/events", summary="One issuance", responses=problems(NotFound))
async def issuance(issuance: UUID, person: Named, parts: Shared) -> Events:
    """Return all that happened to one issuance."""
    found = await _page(parts, person, Selection(subject=str(issuance)), None)
    if not found.events:
        raise NotFound("No event of this issuance is archived.")
    return found


@router.get("/terminals/{terminal}/events", summary="One terminal", responses=problems())
async def terminal(
    terminal: str,
    person: Named,
    parts: Shared,
    first_day: Day = None,
    last_day: Day = None,
    after: After = None,
) -> Events:
    """Return what happened at a terminal."""
    chosen = Selection(terminal=terminal, first_day=first_day, last_day=last_day)
    return await _page(parts, person, chosen, after)


@router.get("/municipalities/{municipality}/events", summary="One city", responses=problems())
async def municipality(
    municipality: MunicipalityCode,
    person: Named,
    parts: Shared,
    first_day: Day = None,
    last_day: Day = None,
    after: After = None,
) -> Events:
    """Return what happened in a municipality."""
    chosen = Selection(municipality=municipality, first_day=first_day, last_day=last_day)
    return await _page(parts, person, chosen, after)


@router.get("/events", summary="A period", responses=problems())
async def period(
    person: Named, parts: Shared, first_day: DayText, last_day: DayText, after: After = None
) -> Events:
    """Return everything of a period."""
    chosen = Selection(first_day=first_day, last_day=last_day)
    return await _page(parts, person, chosen, after)


async def _page(parts: Parts, person: Person, chosen: Selection, after: str | None) -> Events:
    try:
        last = place_in(after) if after is not None else None
    except ValueError as error:
        raise InvalidFields(f"{error}.") from error
    async with parts.pool.acquire() as connection:
        await record_access(connection, person, "history", chosen.about() | {"after": after})
        rows = await selected(connection, chosen, last)
    following = spelled(Place.of(rows[-1])) if len(rows) == PAGE else None
    return Events(events=[as_told(row) for row in rows], next=following)

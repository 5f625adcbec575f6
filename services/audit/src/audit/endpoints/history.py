"""Histories: of one issuance, terminal or municipality, or of all, in a period."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Query, Response
from madoguchi_wire.encoding import canonical_json
from madoguchi_wire.errors import InvalidFields, NotFound
from madoguchi_wire.kit.day_text import DayText
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from madoguchi_wire.kit.person import Person
from madoguchi_wire.municipality_code import MunicipalityCode
from pydantic import BaseModel

from audit.access.accesses import record_access
from audit.endpoints.documented import Shared
from audit.endpoints.words import TerminalName
from audit.history.paging import place_in, spelled
from audit.history.select import PAGE, Place, Selection, as_shown, selected
from audit.parts import Parts

router = APIRouter(prefix="/v1", tags=["history"], route_class=JsonRoute)
Day = Annotated[DayText | None, Query(description="Japan's")]
After = Annotated[str | None, Query(description="`next` of the page before")]


class Events(BaseModel):
    """A page of events, in the order of their time."""

    events: list[dict[str, Any]]
    """CloudEvents with their digest, and whether a verified stamp covers them (`stamped`): nobody
    can tell who wrote one that none covers. One without payload has `removed`."""
    next: str | None = None
    """For `after`, where there is more."""


@router.get(
    "/issuances/{issuance}/events",
    summary="One issuance",
    response_model=Events,
    responses=problems(NotFound),
)
async def issuance(issuance: UUID, person: Named, parts: Shared) -> Response:
    """Return all that happened to one issuance."""
    rows = await _page(parts, person, None, subject=str(issuance))
    if not rows:
        raise NotFound("No event of this issuance is archived.")
    return _shown(rows)


@router.get(
    "/terminals/{terminal}/events",
    summary="One terminal",
    response_model=Events,
    responses=problems(),
)
async def terminal(
    terminal: TerminalName,
    person: Named,
    parts: Shared,
    first_day: Day = None,
    last_day: Day = None,
    after: After = None,
) -> Response:
    """Return what happened at a terminal."""
    days = {"first_day": first_day, "last_day": last_day}
    return _shown(await _page(parts, person, after, terminal=terminal, **days))


@router.get(
    "/municipalities/{municipality}/events",
    summary="One city",
    response_model=Events,
    responses=problems(),
)
async def municipality(
    municipality: MunicipalityCode,
    person: Named,
    parts: Shared,
    first_day: Day = None,
    last_day: Day = None,
    after: After = None,
) -> Response:
    """Return what happened in a municipality."""
    days = {"first_day": first_day, "last_day": last_day}
    return _shown(await _page(parts, person, after, municipality=municipality, **days))


@router.get("/events", summary="A period", response_model=Events, responses=problems())
async def period(
    person: Named, parts: Shared, first_day: DayText, last_day: DayText, after: After = None
) -> Response:
    """Return everything of a period."""
    return _shown(await _page(parts, person, after, first_day=first_day, last_day=last_day))


async def _page(
    parts: Parts,
    person: Person,
    after: str | None,
    **wanted: Any,  # noqa: ANN401 (the fields of Selection)
) -> Sequence[asyncpg.Record]:
    try:
        chosen = Selection(**wanted)
        last = place_in(after) if after is not None else None
    except ValueError as error:
        raise InvalidFields(f"{error}.") from error
    async with parts.pool.acquire() as connection:
        await record_access(connection, person, "history", chosen.about() | {"after": after})
        return await selected(connection, chosen, last)


def _shown(rows: Sequence[asyncpg.Record]) -> Response:
    following = spelled(Place.of(rows[-1])) if len(rows) == PAGE else None
    shown = b",".join(map(as_shown, rows))
    told = b'{"events":[' + shown + b'],"next":' + canonical_json(following) + b"}"
    return Response(told, media_type="application/json")

"""Who looked at what: a look at this is recorded, too."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from pydantic import BaseModel

from audit.access.accesses import list_accesses, record_access
from audit.endpoints.documented import Shared
from audit.endpoints.words import PersonName

router = APIRouter(prefix="/v1/accesses", tags=["accesses"], route_class=JsonRoute)


class AccessView(BaseModel):
    """One look, or one command."""

    position: int
    at: datetime
    who: str
    what: str
    why: str
    about: dict[str, Any]


@router.get("", summary="List looks and commands", responses=problems())
async def accesses(
    person: Named,
    parts: Shared,
    who: PersonName | None = None,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
) -> list[AccessView]:
    """Return up to a thousand accesses in their order, those after a position."""
    await record_access(parts.pool, person, "accesses", {"of": who, "after": after})
    found = await list_accesses(parts.pool, who, after)
    return [AccessView.model_validate(asdict(access)) for access in found]

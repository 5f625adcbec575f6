"""Who looked at what: a look at this is recorded, too."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from madoguchi_wire.kit.accesses import Access
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, PersonName, problems

from audit.access.accesses import ACCESSES, record_access
from audit.endpoints.documented import Shared

router = APIRouter(prefix="/v1/accesses", tags=["accesses"], route_class=JsonRoute)


@router.get("", summary="List looks and commands", responses=problems())
async def accesses(
    person: Named,
    parts: Shared,
    who: PersonName | None = None,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
) -> Sequence[Access]:
    """Return up to a thousand accesses in their order, those after a position."""
    await record_access(parts.pool, person, "accesses", {"of": who, "after": after})
    return await ACCESSES.page(parts.pool, who, after)

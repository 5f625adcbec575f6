"""The balances of all accounts."""

from fastapi import APIRouter
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from pydantic import BaseModel

from billing.access.accesses import record_access
from billing.books.balances import balances
from billing.endpoints.documented import Shared

router = APIRouter(prefix="/v1", tags=["books"], route_class=JsonRoute)


class Balances(BaseModel):
    """Yen by account: debits positive, credits negative; they sum to zero."""

    accounts: dict[str, int]


@router.get("/balances", summary="Balances", responses=problems())
async def all_balances(person: Named, parts: Shared) -> Balances:
    """Return the balance of every account."""
    await record_access(parts.pool, person, "balances", {})
    return Balances(accounts=await balances(parts.pool))

"""Refunds, and claims with their explanations."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from madoguchi_wire.errors import ClaimUnknown, PaperNotRefundable
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from madoguchi_wire.municipality_code import MunicipalityCode
from pydantic import BaseModel, ConfigDict

from billing.access.accesses import record_access
from billing.endpoints.documented import Shared, writer
from billing.settlement.claims import explain, open_claims
from billing.settlement.refunds import refund
from billing.statements.statement import Bearer

router = APIRouter(prefix="/v1", tags=["refunds and claims"], route_class=JsonRoute)


class RefundView(BaseModel):
    """A fee that was given back."""

    issuance: UUID
    yen: int
    borne_by: Bearer
    period: str


class ClaimView(BaseModel):
    """A paper that was delivered and later voided."""

    model_config = ConfigDict(from_attributes=True)

    issuance_id: UUID
    municipality: str
    chain: str
    terminal: str
    accepted_on: date
    yen: int
    period: str
    own_machine: bool
    """A loss at the municipality's own machine: nobody owes it."""
    void_reason: str | None
    money: str | None


@router.put(
    "/refunds/{issuance}",
    status_code=201,
    summary="Record a refund",
    responses=problems(PaperNotRefundable),
)
async def refund_it(issuance: UUID, person: Named, parts: Shared) -> RefundView:
    """Book that a fee was given back; the rule says whose money it is."""
    async with writer(parts) as connection:
        done = await refund(connection, parts.office(person), issuance)
    return RefundView(
        issuance=done.issuance, yen=done.yen, borne_by=done.borne_by, period=done.period
    )


@router.get("/claims", summary="Claims that nobody has explained", responses=problems())
async def claims(
    person: Named,
    parts: Shared,
    municipality: MunicipalityCode | None = None,
    chain: str | None = None,
) -> list[ClaimView]:
    """Return what was delivered and later voided."""
    asked = {"municipality": municipality, "chain": chain}
    await record_access(parts.pool, person, "claims", asked)
    found = await open_claims(parts.pool, municipality=municipality, chain=chain)
    return [ClaimView.model_validate(one) for one in found]


@router.put(
    "/claims/{issuance}/explanation",
    status_code=201,
    summary="Explain a claim",
    responses=problems(ClaimUnknown),
)
async def explain_it(issuance: UUID, person: Named, parts: Shared) -> ClaimView:
    """Reverse a claim for the reason that the request gives."""
    async with writer(parts) as connection:
        done = await explain(connection, parts.office(person), issuance)
    return ClaimView.model_validate(done)

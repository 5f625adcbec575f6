"""Preparing over HTTP."""

from uuid import UUID

from fastapi import APIRouter
from madoguchi_wire.adapter_api import Prepared, SignedRequest
from madoguchi_wire.errors import (
    IssuanceClosed,
    IssuanceExpired,
    OptionNotOffered,
    OrderRefused,
    PrepareInProgress,
    ReadBackFailed,
)
from madoguchi_wire.kit import telemetry
from madoguchi_wire.kit.json_route import JsonRoute

from municipal_adapter.documented import CARDHOLDER_PROBLEMS, problems
from municipal_adapter.issuing.prepare import prepare
from municipal_adapter.parts import TheAdapter, TheMunicipality

router = APIRouter(tags=["issuing"], route_class=JsonRoute)

_PROBLEMS = problems(
    *CARDHOLDER_PROBLEMS,
    *(OrderRefused, OptionNotOffered),
    *(IssuanceExpired, IssuanceClosed, PrepareInProgress, ReadBackFailed),
)


@router.post(
    "/v1/municipalities/{code}/issuances/{issuance}/prepare",
    summary="Prepare one copy of an order: attested, and sealed to its session",
    responses=_PROBLEMS,
)
async def prepare_issuance(
    issuance: UUID, body: SignedRequest, municipality: TheMunicipality, adapter: TheAdapter
) -> Prepared:
    """Answer with the same bytes for the same issuance, however often it is asked."""
    with telemetry.span("adapter.prepare", municipality=municipality.code):
        return await prepare(adapter, municipality, issuance, body.request)

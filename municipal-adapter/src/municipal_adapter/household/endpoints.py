"""The household over HTTP."""

from fastapi import APIRouter
from madoguchi_wire.adapter_api import SealedHousehold, SignedRequest
from madoguchi_wire.kit import telemetry
from madoguchi_wire.kit.json_route import JsonRoute

from municipal_adapter.documented import CARDHOLDER_PROBLEMS, problems
from municipal_adapter.household.answer import answer
from municipal_adapter.parts import TheAdapter, TheMunicipality

router = APIRouter(tags=["household"], route_class=JsonRoute)


@router.post(
    "/v1/municipalities/{code}/household",
    summary="Who lives with the cardholder, sealed to the session",
    responses=problems(*CARDHOLDER_PROBLEMS),
)
async def household(
    body: SignedRequest, municipality: TheMunicipality, adapter: TheAdapter
) -> SealedHousehold:
    """Answer under the rules of a 住民票の写し; only the terminal can open it."""
    with telemetry.span("adapter.household", municipality=municipality.code):
        return await answer(adapter, municipality, body.request)

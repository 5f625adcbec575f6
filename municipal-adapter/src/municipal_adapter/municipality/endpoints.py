"""The beacon over HTTP."""

from fastapi import APIRouter
from madoguchi_wire.adapter_api import Beacon
from madoguchi_wire.kit.json_route import JsonRoute

from municipal_adapter.documented import problems
from municipal_adapter.parts import TheAdapter, TheMunicipality

router = APIRouter(tags=["municipality"], route_class=JsonRoute)


@router.get(
    "/v1/municipalities/{code}/beacon",
    summary="The municipality's beacon of this minute",
    responses=problems(),
)
async def beacon(municipality: TheMunicipality, adapter: TheAdapter) -> Beacon:
    """Return what the card has to sign with its session; anybody may know it."""
    return municipality.beacons.current(adapter.clock.now())

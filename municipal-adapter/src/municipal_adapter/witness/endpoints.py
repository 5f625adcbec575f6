"""Stamps and their countersignatures over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from madoguchi_wire.adapter_api import Countersigned, ShownHead, ShownStamp
from madoguchi_wire.clock import Instant
from madoguchi_wire.errors import (
    InvalidFields,
    MunicipalityUnknown,
    NoStampYet,
    SignatureRefused,
    StampConflict,
    WitnessRefused,
)
from madoguchi_wire.kit import telemetry
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.municipality_code import MunicipalityCode

from municipal_adapter.documented import problems
from municipal_adapter.parts import TheAdapter
from municipal_adapter.witness.witness import Witness

router = APIRouter(tags=["witness"], route_class=JsonRoute)
WhichMunicipality = Annotated[
    MunicipalityCode | None,
    Query(description="Which witness; needed only where one process serves several."),
]

AsOf = Annotated[
    Instant | None,
    Query(description="The newest stamp that was made up to this moment; by default, of now."),
]


async def get_witness(adapter: TheAdapter, municipality: WhichMunicipality = None) -> Witness:
    """Return the witness that is asked (a FastAPI dependency).

    Raises:
        MunicipalityUnknown: this process does not serve it.
        WitnessRefused: it is no witness, or there are several and none was named.

    """
    if municipality is not None:
        named = adapter.municipalities.get(municipality)
        if named is None:
            raise MunicipalityUnknown()
        found = [named.witness]
    else:
        found = [one.witness for one in adapter.municipalities.values() if one.witness]
    if len(found) > 1:
        raise WitnessRefused("Several witnesses answer here: name one by ?municipality=CODE.")
    if not found or found[0] is None:
        raise WitnessRefused()
    return found[0]


TheWitness = Annotated[Witness, Depends(get_witness)]


@router.post(
    "/v1/stamps",
    summary="Countersign a stamp that continues the chain seen here",
    responses=problems(SignatureRefused, WitnessRefused, StampConflict),
)
async def countersign(body: ShownStamp, witness: TheWitness) -> Countersigned:
    """Answer the same stamp again with a countersignature again; the first may have any number."""
    with telemetry.span("adapter.countersign"):
        return Countersigned(countersignature=await witness.countersign(body.stamp))


@router.get(
    "/v1/stamps/head",
    summary="What was seen here last, as of now or of a moment that you name",
    responses=problems(WitnessRefused, NoStampYet, InvalidFields),
)
async def head(witness: TheWitness, as_of: AsOf = None) -> ShownHead:
    """Anybody may ask: an auditor compares it with the chain that the centre shows."""
    return ShownHead(head=await witness.head(as_of))

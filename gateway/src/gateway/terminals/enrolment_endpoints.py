"""/v1/enrolments and /v1/withdrawn-enrolments: for whoever has no token yet, and for adapters."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from madoguchi_wire.enrolling import AskEnrolment, EnrolmentAnswer
from madoguchi_wire.errors import (
    EnrolmentCodeExpired,
    EnrolmentCodeRefused,
    EnrolmentCodeUsed,
    EnrolmentRequestRefused,
    EnrolmentUnknown,
    ServiceUnavailable,
    TerminalUnknown,
    TooManyEnrolmentRequests,
)
from madoguchi_wire.kit.json_route import JsonRoute

from gateway.documented import WITH_BODY, problems
from gateway.parts import Gateway, get_gateway
from gateway.terminals import enrolment_requests
from gateway.terminals.signed_response import SignedResponse

router = APIRouter(prefix="/v1", tags=["terminals"], route_class=JsonRoute)
_LIST = "SELECT token FROM withdrawn_lists ORDER BY number DESC LIMIT 1"
_REFUSED = (
    EnrolmentRequestRefused,
    EnrolmentCodeRefused,
    EnrolmentCodeUsed,
    EnrolmentCodeExpired,
    TerminalUnknown,
)


@router.post(
    "/enrolments",
    summary="Ask for an enrolment",
    status_code=202,
    responses=problems(*_REFUSED, TooManyEnrolmentRequests, *WITH_BODY),
)
async def ask(
    asked: AskEnrolment, gateway: Annotated[Gateway, Depends(get_gateway)]
) -> EnrolmentAnswer:
    """Keep new keys for the registrar, which the gateway is not; the same request may be repeated.

    With a one-time code of the centre, which itself is not sent, or with the present key.
    """
    return await enrolment_requests.keep(gateway, asked)


@router.get(
    "/enrolments/{request}",
    summary="Get an enrolment",
    responses=problems(*_REFUSED, EnrolmentUnknown),
)
async def answer(
    request: UUID, gateway: Annotated[Gateway, Depends(get_gateway)]
) -> EnrolmentAnswer:
    """Return the registrar's answer, if it has come; ask again every few seconds."""
    return await enrolment_requests.answer(gateway, request)


@router.get(
    "/withdrawn-enrolments",
    summary="Get the withdrawn enrolments",
    response_class=SignedResponse,
    responses=problems(),
)
async def withdrawn(gateway: Annotated[Gateway, Depends(get_gateway)]) -> SignedResponse:
    """Return the registrar's newest list (JWS); adapters ask for it every few seconds."""
    token = await gateway.pool.fetchval(_LIST)
    if token is None:
        raise ServiceUnavailable()
    return SignedResponse(token)

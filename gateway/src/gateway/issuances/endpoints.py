"""/v1/sessions/{session}/orders, /v1/issuances and /v1/reports."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response
from madoguchi_wire.errors import (
    AttestationRefused,
    AuditBehind,
    DocumentLost,
    EnrolmentOutdated,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    IssuanceChanging,
    IssuanceExpired,
    IssuanceQuarantined,
    IssuanceRefused,
    IssuanceUnknown,
    MunicipalityNotLive,
    MunicipalityStopped,
    OrderInFlight,
    PrepareTimeout,
    PriceChanged,
    ReportSequenceReused,
    SessionUnknown,
    SignatureRefused,
    TooManyReports,
)
from madoguchi_wire.gateway_api import (
    IssuanceView,
    OrderAnswer,
    PlaceOrder,
    ReportAnswer,
    SendReport,
)
from madoguchi_wire.kit.json_route import JsonRoute

from gateway.documented import (
    ADAPTER_PROBLEMS,
    PASSED_ON_PROBLEMS,
    SITE_PROBLEMS,
    TERMINAL_PROBLEMS,
    WITH_BODY,
    problems,
)
from gateway.issuances import rows
from gateway.issuances.answers import PapersRefused
from gateway.issuances.delivery import deliver
from gateway.issuances.ordering import place
from gateway.issuances.reporting import receive
from gateway.parts import Gateway, get_gateway
from gateway.terminals.authentication import AuthenticatedTerminal

router = APIRouter(prefix="/v1", tags=["issuances"], route_class=JsonRoute)
TheGateway = Annotated[Gateway, Depends(get_gateway)]

_ORDER_PROBLEMS = (
    *PASSED_ON_PROBLEMS,
    *ADAPTER_PROBLEMS,
    *SITE_PROBLEMS,
    SessionUnknown,
    SignatureRefused,
    EnrolmentOutdated,
    PriceChanged,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    OrderInFlight,
    PrepareTimeout,
    AttestationRefused,
    AuditBehind,
    *WITH_BODY,
)


@router.post(
    "/sessions/{session}/orders",
    status_code=201,
    summary="Order certificates; repeat with the same Idempotency-Key until it is answered",
    responses=problems(*TERMINAL_PROBLEMS, *_ORDER_PROBLEMS),
)
async def order(
    session: UUID,
    body: PlaceOrder,
    request: Request,
    terminal: AuthenticatedTerminal,
    gateway: TheGateway,
    idempotency_key: Annotated[
        str | None, Header(description="A random UUID; reuse it when you retry.")
    ] = None,
) -> OrderAnswer:
    """Accept an order, have its papers prepared, and return them with their attestations."""
    try:
        return await place(gateway, terminal, session, _key(idempotency_key), body)
    except PapersRefused as refused:
        # Each issuance has left its own event.
        request.state.recorded = True
        raise refused.error from refused


def _key(header: str | None) -> UUID:
    try:
        return UUID(header or "")
    except ValueError as error:
        raise IdempotencyKeyMissing() from error


@router.get(
    "/issuances/{issuance}",
    summary="Look at an issuance of this terminal",
    responses=problems(*TERMINAL_PROBLEMS, IssuanceUnknown),
)
async def issuance(
    issuance: UUID, terminal: AuthenticatedTerminal, gateway: TheGateway
) -> IssuanceView:
    """Return the state of an issuance of this terminal."""
    found = await rows.find(gateway.pool, issuance, terminal.terminal)
    if found is None:
        raise IssuanceUnknown()
    return found.view()


@router.get(
    "/issuances/{issuance}/document",
    summary="Fetch the sealed document; the same bytes again until the issuance ends",
    response_class=Response,
    responses={
        200: {
            "description": "The document, sealed to the session.",
            "content": {"application/octet-stream": {}},
            "headers": {
                "Madoguchi-Attestation": {
                    "description": "The attestation (JWS), as in the order's answer.",
                    "schema": {"type": "string"},
                }
            },
        },
        **problems(
            *TERMINAL_PROBLEMS,
            IssuanceUnknown,
            IssuanceChanging,
            IssuanceExpired,
            IssuanceQuarantined,
            IssuanceRefused,
            DocumentLost,
            MunicipalityNotLive,
            MunicipalityStopped,
        ),
    },
)
async def document(
    issuance: UUID, terminal: AuthenticatedTerminal, gateway: TheGateway
) -> Response:
    """Hand out the sealed document; the issuance is delivered before the first byte leaves."""
    delivery = await deliver(gateway, terminal, issuance)
    headers = {"Madoguchi-Attestation": delivery.attestation, "Cache-Control": "no-store"}
    return Response(delivery.ciphertext, 200, headers, "application/octet-stream")


@router.post(
    "/reports",
    summary="Report what happened; the answer to *paid* is the go to print",
    responses=problems(
        *TERMINAL_PROBLEMS,
        SignatureRefused,
        IssuanceUnknown,
        IssuanceRefused,
        IssuanceChanging,
        ReportSequenceReused,
        TooManyReports,
        *WITH_BODY,
    ),
)
async def report(
    body: SendReport, terminal: AuthenticatedTerminal, gateway: TheGateway
) -> ReportAnswer:
    """Keep a terminal's signed report and do what it says."""
    return await receive(gateway, terminal, body.report)

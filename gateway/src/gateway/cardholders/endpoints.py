"""/v1/sessions and their households."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from madoguchi_wire.errors import (
    AuditBehind,
    CardAuthorityUnknown,
    CardCertificateExpired,
    CardCertificateOfWrongKind,
    CardCertificateOnHold,
    CardCertificateRevoked,
    CardRefused,
    ChallengeRefused,
    EnrolmentOutdated,
    MunicipalityNotLive,
    MunicipalityStopped,
    MunicipalityUnknown,
    RevocationUnknown,
    SessionExpired,
    SessionOfAnotherMunicipality,
    SessionOfAnotherTerminal,
    SessionRefused,
    SessionReused,
    SignatureRefused,
)
from madoguchi_wire.gateway_api import AskHousehold, HouseholdAnswer, OpenSession, SessionOpened
from madoguchi_wire.kit.json_route import JsonRoute

from gateway.cardholders.household import show_household
from gateway.cardholders.sessions import open_session
from gateway.documented import (
    ADAPTER_PROBLEMS,
    PASSED_ON_PROBLEMS,
    SITE_PROBLEMS,
    TERMINAL_PROBLEMS,
    WITH_BODY,
    problems,
)
from gateway.parts import Gateway, get_gateway
from gateway.terminals.authentication import AuthenticatedTerminal

router = APIRouter(prefix="/v1/sessions", tags=["cardholders"], route_class=JsonRoute)
TheGateway = Annotated[Gateway, Depends(get_gateway)]

_CARD_PROBLEMS = (
    SignatureRefused,
    CardRefused,
    CardCertificateExpired,
    CardCertificateRevoked,
    CardCertificateOnHold,
    CardAuthorityUnknown,
    CardCertificateOfWrongKind,
    RevocationUnknown,
    SessionRefused,
    SessionExpired,
    SessionOfAnotherTerminal,
    SessionOfAnotherMunicipality,
    EnrolmentOutdated,
    *WITH_BODY,
)


@router.post(
    "",
    status_code=201,
    summary="Open a session that the card has signed",
    responses=problems(
        *TERMINAL_PROBLEMS,
        *_CARD_PROBLEMS,
        *SITE_PROBLEMS,
        ChallengeRefused,
        SessionReused,
        AuditBehind,
        MunicipalityUnknown,
        MunicipalityNotLive,
        MunicipalityStopped,
    ),
)
async def open_(
    body: OpenSession, terminal: AuthenticatedTerminal, gateway: TheGateway
) -> SessionOpened:
    """Open a session, once, for 5 minutes."""
    return await open_session(gateway, terminal, body.signed_session)


@router.post(
    "/{session}/household",
    summary="Ask who lives in the cardholder's household; the answer is sealed to the session",
    responses=problems(
        *TERMINAL_PROBLEMS,
        *PASSED_ON_PROBLEMS,
        *ADAPTER_PROBLEMS,
        *SITE_PROBLEMS,
        SignatureRefused,
        *WITH_BODY,
    ),
)
async def household(
    session: UUID, body: AskHousehold, terminal: AuthenticatedTerminal, gateway: TheGateway
) -> HouseholdAnswer:
    """Pass the question on; the gateway cannot read the answer."""
    return await show_household(gateway, terminal, session, body)

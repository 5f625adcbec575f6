"""/v1/token and /v1/trust-list."""

from typing import Annotated, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request, Response
from madoguchi_wire.errors import (
    BodyTooLarge,
    ClientAssertionRefused,
    InvalidFields,
    TerminalSuspended,
    TerminalUnknown,
)
from madoguchi_wire.gateway_api import AccessToken
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.documented import example, problems
from gateway.parts import Gateway, get_gateway
from gateway.terminals.client_assertion import claimed_terminal, verified_assertion
from gateway.terminals.tokens import LIFETIME, issue_token
from gateway.terminals.used_assertions import use_once

router = APIRouter(prefix="/v1", tags=["terminals"])

_EXAMPLE = AccessToken(access_token="opaque-to-the-terminal", expires_in=600)  # noqa: S106
_MEDIA_TYPE = "application/x-www-form-urlencoded"


class TokenRequest(BaseModel):
    """OAuth 2.0 client credentials with private_key_jwt."""

    model_config = ConfigDict(extra="forbid")

    grant_type: Literal["client_credentials"]
    client_assertion_type: Literal["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    client_assertion: Annotated[str, Field(max_length=8192)]
    """JWT, ES256, header `kid`, claims iss = sub = terminal, aud = our name, iat, exp, jti."""


async def token_request(request: Request) -> TokenRequest:
    """Return the form that was sent.

    Raises:
        InvalidFields: not this form, or a field is missing, repeated or wrong.

    """
    fields = parse_qs((await request.body()).decode("ascii", "replace"), keep_blank_values=True)
    try:
        return TokenRequest.model_validate(
            {name: values[0] if len(values) == 1 else values for name, values in fields.items()}
        )
    except ValidationError as error:
        names = sorted({str(fault["loc"][0]) for fault in error.errors() if fault["loc"]})
        raise InvalidFields(
            f"Send a form with grant_type, client_assertion_type and client_assertion;"
            f" at fault: {', '.join(name for name in names if name.isidentifier())}."
        ) from error


@router.post(
    "/token",
    summary="Get an access token",
    responses=example(200, _EXAMPLE)
    | problems(ClientAssertionRefused, TerminalUnknown, TerminalSuspended, BodyTooLarge),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {_MEDIA_TYPE: {"schema": TokenRequest.model_json_schema()}},
        }
    },
)
async def token(
    request: Request,
    response: Response,
    form: Annotated[TokenRequest, Depends(token_request)],
    gateway: Annotated[Gateway, Depends(get_gateway)],
) -> AccessToken:
    """Give a terminal that shows a fresh client assertion an access token for 10 minutes."""
    name, now = gateway.settings.name, gateway.clock.now()
    terminal = gateway.terminals.find(claimed_terminal(form.client_assertion))
    if terminal is None:
        raise TerminalUnknown()
    assertion = verified_assertion(form.client_assertion, name, gateway.trust.key_set, now)
    request.state.terminal = terminal
    await use_once(assertion, gateway.pool)
    gateway.terminals.usable(assertion.terminal)
    response.headers["Cache-Control"] = "no-store"
    access = issue_token(assertion.terminal, name, gateway.token_secret, now)
    return AccessToken(access_token=access, expires_in=int(LIFETIME.total_seconds()))


class TrustListResponse(Response):
    """A trust list as its root signed it."""

    media_type = "application/jose"


@router.get(
    "/trust-list",
    summary="Get the trust list",
    response_class=TrustListResponse,
    responses=problems(),
)
async def trust_list(gateway: Annotated[Gateway, Depends(get_gateway)]) -> TrustListResponse:
    """Return the trust list in force (JWS); verify it with the root pinned at enrolment."""
    return TrustListResponse(gateway.trust.token)

"""/v1/token and /v1/trust-list."""

from typing import Annotated, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request, Response
from madoguchi_wire.enrolment import verified_enrolment
from madoguchi_wire.errors import (
    ClientAssertionRefused,
    InvalidFields,
    SignatureRefused,
    TerminalSuspended,
    TerminalUnknown,
    TooManyRequests,
)
from madoguchi_wire.gateway_api import AccessToken
from madoguchi_wire.kit.json_route import JsonRoute, check_media_type
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.documented import WITH_BODY, example, problems
from gateway.parts import Gateway, get_gateway
from gateway.terminals import sightings
from gateway.terminals.client_assertion import verified_assertion
from gateway.terminals.signed_response import SignedResponse
from gateway.terminals.tokens import LIFETIME, issue_token
from gateway.terminals.used_assertions import use_once

router = APIRouter(prefix="/v1", tags=["terminals"], route_class=JsonRoute)

_EXAMPLE = AccessToken(access_token="opaque-to-the-terminal", expires_in=600)  # noqa: S106 (an example)
_MEDIA_TYPE = "application/x-www-form-urlencoded"
_MAXIMUM_FIELDS = 10
_ASKED = "Send a form with grant_type, client_assertion_type and client_assertion, each once."


class TokenRequest(BaseModel):
    """OAuth 2.0 client credentials with private_key_jwt."""

    model_config = ConfigDict(extra="forbid")

    grant_type: Literal["client_credentials"]
    client_assertion_type: Literal["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    client_assertion: Annotated[str, Field(max_length=8192)]
    """JWT, ES256, header `kid`, claims iss = sub = terminal, aud = our name, iat, exp, jti,
    enrolment (the terminal's, JWS) and software (name and version, at most 64 characters).

    `exp` lies at most 60 s behind `iat`, and at most 60 s ahead by our clock (5 s more are borne,
    because clocks differ); `iat` at most 30 s ahead. With a lifetime of 30 s a terminal's clock may
    be off by half a minute either way.
    """


async def token_request(request: Request) -> TokenRequest:
    """Return the form that was sent.

    Raises:
        UnsupportedMediaType: not a form.
        InvalidFields: not this form, or a field is missing, repeated or wrong.

    """
    check_media_type(request, _MEDIA_TYPE)
    body = (await request.body()).decode("ascii", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=_MAXIMUM_FIELDS)
        return TokenRequest.model_validate(
            {name: values[0] if len(values) == 1 else values for name, values in fields.items()}
        )
    except ValidationError as error:
        raise InvalidFields(f"{_ASKED} At fault: {', '.join(_at_fault(error))}.") from error
    except ValueError as error:
        raise InvalidFields(_ASKED) from error


def _at_fault(error: ValidationError) -> list[str]:
    # The name of a field that we do not know is a text that somebody sent.
    names = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}
    known = names & TokenRequest.model_fields.keys()
    return sorted(known) + ["a field that is not of this form"] * (known != names)


@router.post(
    "/token",
    summary="Get an access token",
    responses=example(200, _EXAMPLE)
    | problems(
        ClientAssertionRefused,
        TerminalUnknown,
        TerminalSuspended,
        SignatureRefused,
        TooManyRequests,
        *WITH_BODY,
    ),
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
    assertion = verified_assertion(form.client_assertion, name, gateway.trust.key_set, now)
    request.state.terminal = gateway.terminals.find(assertion.terminal)
    await use_once(assertion, gateway.pool)
    # Who is suspended hears so, before what is withdrawn for that reason is judged.
    terminal = gateway.terminals.usable(assertion.terminal)
    verified_enrolment(assertion.enrolment, gateway.terminal_keys, now)
    gateway.rates.count(terminal, now)
    await sightings.note(assertion, gateway.pool)
    response.headers["Cache-Control"] = "no-store"
    access = issue_token(assertion.terminal, name, gateway.token_secret, now)
    return AccessToken(access_token=access, expires_in=int(LIFETIME.total_seconds()))


@router.get(
    "/trust-list",
    summary="Get the trust list",
    response_class=SignedResponse,
    responses=problems(),
)
async def trust_list(gateway: Annotated[Gateway, Depends(get_gateway)]) -> SignedResponse:
    """Return the trust list in force (JWS); verify it with the root pinned at enrolment."""
    return SignedResponse(gateway.trust.token)

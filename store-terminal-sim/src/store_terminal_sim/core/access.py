"""The access token (OAuth 2.0 client credentials, private_key_jwt) and calls that carry it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import jwt
from madoguchi_wire.gateway_api import AccessToken

from store_terminal_sim.core.calls import Call, parsed, send
from store_terminal_sim.core.effects import Flow, HttpResponse
from store_terminal_sim.core.problems import GatewayRefused
from store_terminal_sim.core.terminal import HeldToken, Terminal

SOFTWARE = "store-terminal-sim 0.1.0"
"""What the gateway is told that this terminal runs."""
ASSERTION_LIFETIME = timedelta(seconds=30)
MARGIN = timedelta(seconds=30)
"""A token is not used in its last seconds, so that it does not end on the way."""


def authorised(
    terminal: Terminal, make: Callable[[], Call], deadline: datetime
) -> Flow[HttpResponse]:
    """Send with the access token; once more with a new one if the gateway wants that.

    Raises:
        GatewayRefused, GatewaySilent: see `calls.send`.

    """
    try:
        return (yield from _with_token(terminal, make, deadline))
    except GatewayRefused as refused:
        if refused.slug != "invalid-token":
            raise
    terminal.token = None
    return (yield from _with_token(terminal, make, deadline))


def _with_token(
    terminal: Terminal, make: Callable[[], Call], deadline: datetime
) -> Flow[HttpResponse]:
    token = terminal.token
    if token is None or terminal.clock.now() >= token.good_until:
        token = terminal.token = yield from _fetch_token(terminal, deadline)
    header = {"authorization": f"Bearer {token.access_token}"}

    def with_header() -> Call:
        call = make()
        return replace(call, headers={**call.headers, **header})

    return (yield from send(terminal, with_header, deadline))


def _fetch_token(terminal: Terminal, deadline: datetime) -> Flow[HeldToken]:
    # Each attempt signs a new assertion, because the gateway accepts a jti once.
    response = yield from send(terminal, lambda: token_call(terminal), deadline)
    answer = parsed(AccessToken, response)
    lifetime = timedelta(seconds=answer.expires_in)
    return HeldToken(answer.access_token, terminal.clock.now() + lifetime - MARGIN)


def token_call(terminal: Terminal) -> Call:
    """Return the request for an access token, with a fresh client assertion."""
    identity, now = terminal.identity, terminal.clock.now()
    claims = {
        "iss": identity.terminal,
        "sub": identity.terminal,
        "aud": identity.gateway,
        "iat": int(now.timestamp()),
        "exp": int((now + ASSERTION_LIFETIME).timestamp()),
        "jti": str(uuid4()),
        "enrolment": identity.enrolment,
        "software": SOFTWARE,
    }
    key = identity.token_key
    assertion = jwt.encode(claims, key.private, algorithm="ES256", headers={"kid": key.kid})
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return Call("POST", "/v1/token", urlencode(form).encode(), headers)

"""Which terminal sends a request: the access token in `Authorization: Bearer`."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from madoguchi_wire.errors import CallerRefused

from gateway.parts import Gateway, get_gateway
from gateway.terminals.terminal import Terminal
from gateway.terminals.tokens import terminal_of_token

_bearer = HTTPBearer(auto_error=False, description="An access token of `/v1/token`.")


_SCHEME = "bearer "


def terminal_of_request(request: Request, gateway: Gateway) -> Terminal | None:
    """Return whose good access token a request carries, if any; for who asks before it is read."""
    found: Terminal | None = getattr(request.state, "terminal", None)
    sent = request.headers.get("authorization", "")
    if found is not None or not sent.lower().startswith(_SCHEME):
        return found
    try:
        return gateway.terminals.find(_name(gateway, sent[len(_SCHEME) :].strip()))
    except CallerRefused:
        return None


def _name(gateway: Gateway, token: str) -> str:
    now = gateway.clock.now()
    return terminal_of_token(token, gateway.settings.name, gateway.token_secret, now)


async def authenticated_terminal(
    request: Request,
    gateway: Annotated[Gateway, Depends(get_gateway)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Terminal:
    """Return the terminal that the access token names, enrolled and not suspended now.

    Raises:
        CallerRefused: no token, or not one of ours, or expired.
        TerminalUnknown: no longer enrolled.
        TerminalSuspended: suspended since.
        TooManyRequests: more than any terminal, site or chain sends in a minute.

    """
    if credentials is None:
        raise CallerRefused()
    name = _name(gateway, credentials.credentials)
    # The trail of refused requests names the terminal, whatever happens to it from here.
    request.state.terminal = gateway.terminals.find(name)
    terminal = gateway.terminals.usable(name)
    gateway.rates.count(terminal, gateway.clock.now())
    return terminal


AuthenticatedTerminal = Annotated[Terminal, Depends(authenticated_terminal)]
"""A parameter of an endpoint that only terminals may call."""

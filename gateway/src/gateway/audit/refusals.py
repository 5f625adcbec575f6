"""Every problem that a caller gets leaves a trace in the trail."""

import structlog
from fastapi import Request
from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.events import EventType

from gateway.parts import Gateway
from gateway.terminals.authentication import terminal_of_request

_log = structlog.get_logger()


async def record_refusal(request: Request, error: MadoguchiError) -> None:
    """Record a request that ended in a problem (the hook of `install_problems`).

    A known terminal gets an event of its own, unless the request already left one with its
    issuances (`request.state.recorded`) or too many came in this minute; the rest is counted.
    """
    gateway: Gateway = request.app.state.gateway
    # What ends in a problem before an endpoint looks at the token has a sender, too.
    terminal = terminal_of_request(request, gateway)
    if terminal is None:
        gateway.failures.count(error.slug)
        return
    if getattr(request.state, "recorded", False):
        return
    if not gateway.failures.has_own_event(terminal, error.slug, gateway.clock.now()):
        return
    data = terminal.told | {
        "problem": error.slug,
        "method": request.method,
        "path": _template(request),
    }
    try:
        await gateway.trail.record(EventType.REQUEST_REFUSED, data, error.municipality)
    except Exception as failure:
        # The caller gets its problem document all the same; the log keeps what the trail lost.
        _log.error("refusal_not_recorded", kind=type(failure).__name__, **data)


def _template(request: Request) -> str:
    """Return the path as the API describes it: addresses that were typed may hold anything."""
    route = request.scope.get("route")
    return getattr(route, "path", "unknown")

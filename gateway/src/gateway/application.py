"""The FastAPI application: the rooms' routers, the one place of problems, the body limit."""

from fastapi import FastAPI, Request
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS, complete
from madoguchi_wire.kit.health import Health
from starlette.types import Lifespan, Scope

from gateway.audit.refusals import record_refusal
from gateway.cardholders.endpoints import router as cardholders
from gateway.issuances.endpoints import router as issuances
from gateway.municipalities.endpoints import router as municipalities
from gateway.problem_pages.endpoints import router as problem_pages
from gateway.terminals.authentication import terminal_of_request
from gateway.terminals.endpoints import router as terminals
from gateway.terminals.enrolment_endpoints import router as enrolments

MAXIMUM_BODY_BYTES = 256 * 1024


_TAGS = [
    {"name": "terminals", "description": "Who a terminal is, and whose keys count."},
    {"name": "municipalities", "description": "What is offered, when, at which price."},
    {"name": "cardholders", "description": "Sessions opened by a card, and households."},
    {"name": "issuances", "description": "Orders, papers, documents and reports."},
    {"name": "problems", "description": "What the problem types mean."},
    {"name": "health", "description": "Whether this replica lives and can work."},
]
_DESCRIPTION = """
Store terminals order, receive and report municipal certificates here. Every problem is an
RFC 9457 document whose `type` leads to its explanation; nothing is charged by a request that ends
in one.
""".strip()


def assemble(health: Health, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """Return the application; `lifespan` puts the `Gateway` into `app.state.gateway`."""
    app = FastAPI(
        title="Madoguchi gateway",
        version="1.0.0",
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=NO_FRAMEWORK_SPANS,
    )
    for router in (terminals, enrolments, municipalities, cardholders, issuances, problem_pages):
        app.include_router(router)
    return complete(app, health, MAXIMUM_BODY_BYTES, record_refusal, _is_terminal)


def _is_terminal(scope: Scope) -> bool:
    """Tell whether a terminal with a good token sends this, whose trace goes on in here."""
    return terminal_of_request(Request(scope), scope["app"].state.gateway) is not None

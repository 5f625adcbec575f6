"""The FastAPI application: the rooms' routers, the one place of problems, the body limit."""

from inspect import isawaitable
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from madoguchi_wire.errors import MadoguchiError, ServiceUnavailable
from madoguchi_wire.kit.body_limit import BodyLimit
from madoguchi_wire.kit.health import Health, health_routes
from madoguchi_wire.kit.problems import install_problems
from madoguchi_wire.kit.spans import ServerSpans
from starlette.types import Lifespan

from gateway.audit.refusals import record_refusal
from gateway.cardholders.endpoints import router as cardholders
from gateway.documented import only_problem_json
from gateway.issuances.endpoints import router as issuances
from gateway.municipalities.endpoints import router as municipalities
from gateway.problem_pages.endpoints import router as problem_pages
from gateway.terminals.endpoints import router as terminals

MAXIMUM_BODY_BYTES = 256 * 1024

_UNAVAILABLE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that is cut in the middle of a statement
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # closed to connections for maintenance
)
_log = structlog.get_logger()

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
        # The kit's own spans tell what an operator needs at a fraction of the cost.
        telemetry={"tracing": False},
    )
    for router in (terminals, municipalities, cardholders, issuances, problem_pages):
        app.include_router(router)
    app.include_router(health_routes(health))
    install_problems(app, record_refusal)
    _answer_when_unavailable(app)
    app.add_middleware(BodyLimit, maximum_bytes=MAXIMUM_BODY_BYTES, on_problem=record_refusal)
    app.add_middleware(ServerSpans)
    app.openapi = lambda: _description(app)
    return app


def _answer_when_unavailable(app: FastAPI) -> None:
    """Answer a request that the database failed with `service-unavailable`, as all problems."""
    answer = app.exception_handlers[MadoguchiError]

    async def unavailable(request: Request, error: Exception) -> Response:
        _log.error("database_unavailable", kind=type(error).__name__)
        answered = answer(request, ServiceUnavailable())
        return await answered if isawaitable(answered) else answered

    for failure in _UNAVAILABLE:
        app.add_exception_handler(failure, unavailable)


def _description(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            tags=app.openapi_tags,
            routes=app.routes,
        )
        app.openapi_schema = only_problem_json(made)
    return app.openapi_schema

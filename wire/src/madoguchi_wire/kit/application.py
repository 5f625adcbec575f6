"""What the applications of all services have in common: problems, limits, spans, description."""

from inspect import isawaitable
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.requests import ClientDisconnect

from madoguchi_wire.errors import MadoguchiError, ServiceUnavailable
from madoguchi_wire.kit.body_limit import BodyLimit
from madoguchi_wire.kit.health import Health, health_routes
from madoguchi_wire.kit.problems import MEDIA_TYPE, OnProblem, install_problems
from madoguchi_wire.kit.spans import MayNameTrace, ServerSpans

NO_FRAMEWORK_SPANS: Any = {"tracing": False}
"""For `FastAPI(telemetry=…)`: our own spans tell what an operator needs, at less of a cost."""

_UNAVAILABLE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that is cut in the middle of a statement
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # closed to connections for maintenance
)
CLIENT_CLOSED_REQUEST = 499
"""What traces say of a caller who hung up; it is sent to nobody."""
_PROBLEM = "#/components/schemas/Problem"
_log = structlog.get_logger()


def complete(
    app: FastAPI,
    health: Health,
    maximum_body_bytes: int,
    on_problem: OnProblem | None = None,
    may_name_trace: MayNameTrace = lambda _: False,
) -> FastAPI:
    """Add health, problems, body limit, spans and the API description to an application.

    Args:
        app: with its routes.
        health: what its probes ask.
        maximum_body_bytes: of a request.
        on_problem: hears of every problem that a caller gets.
        may_name_trace: whose traces are gone on with; by default every request begins its own.

    """
    app.include_router(health_routes(health))
    # An address has one spelling; a redirect would also leave it without a problem document.
    app.router.redirect_slashes = False
    install_problems(app, on_problem)
    _answer_when_unavailable(app)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_middleware(BodyLimit, maximum_bytes=maximum_body_bytes, on_problem=on_problem)
    app.add_middleware(ServerSpans, may_name_trace=may_name_trace)
    app.openapi = lambda: _description(app)
    return app


async def _gone(_: Request, __: Exception) -> Response:
    # Anybody can hang up before the body is whole: no error, nobody is called and none is told.
    return Response(status_code=CLIENT_CLOSED_REQUEST)


def _answer_when_unavailable(app: FastAPI) -> None:
    """Answer a request that the database failed with `service-unavailable`, as all problems."""
    answer = app.exception_handlers[MadoguchiError]

    async def unavailable(request: Request, error: Exception) -> Response:
        # The type only: a driver's message may hold what a person sent.
        _log.error("database_unavailable", kind=type(error).__name__)
        answered = answer(request, ServiceUnavailable())
        return await answered if isawaitable(answered) else answered

    for failure in _UNAVAILABLE:
        app.add_exception_handler(failure, unavailable)


def _description(app: FastAPI) -> dict[str, Any]:
    """Return the API description, in which problems have the media type of problems."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            tags=app.openapi_tags,
            routes=app.routes,
        )
        for path in made["paths"].values():
            for operation in path.values():
                for response in operation["responses"].values():
                    _as_problem(response)
        app.openapi_schema = made
    return app.openapi_schema


def _as_problem(response: dict[str, Any]) -> None:
    content = response.get("content", {})
    named = [kind for kind in content if content[kind].get("schema", {}).get("$ref") == _PROBLEM]
    told = {name: value for kind in named for name, value in content.pop(kind).items()}
    if told:
        content[MEDIA_TYPE] = told

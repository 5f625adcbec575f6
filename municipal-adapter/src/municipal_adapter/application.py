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
from madoguchi_wire.kit.problems import MEDIA_TYPE, install_problems
from madoguchi_wire.kit.spans import ServerSpans
from starlette.types import Lifespan

from municipal_adapter.household.endpoints import router as household
from municipal_adapter.issuing.endpoints import router as issuing
from municipal_adapter.municipality.endpoints import router as municipality
from municipal_adapter.outcomes.endpoints import router as outcomes

MAXIMUM_BODY_BYTES = 128 * 1024

_UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that is cut in the middle of a statement
)
_log = structlog.get_logger()

_TAGS = [
    {"name": "municipality", "description": "The beacon that cards sign."},
    {"name": "household", "description": "Who lives with the cardholder, sealed."},
    {"name": "issuing", "description": "Certificates, attested and sealed."},
    {"name": "outcomes", "description": "How issuances ended."},
    {"name": "health", "description": "Whether this replica lives and can work."},
]
_DESCRIPTION = """
The centre's gateway asks a municipality here, in requests that it signs. Card, session and order
are verified again, whatever the gateway says; what leaves is sealed to the session that the card
signed.
""".strip()


def assemble(health: Health, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """Return the application; `lifespan` puts the `Adapter` into `app.state.adapter`."""
    app = FastAPI(
        title="Madoguchi municipal adapter",
        version="1.0.0",
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # The kit's own spans tell what an operator needs at a fraction of the cost.
        telemetry={"tracing": False},
    )
    for router in (municipality, household, issuing, outcomes):
        app.include_router(router)
    app.include_router(health_routes(health))
    install_problems(app)
    _answer_when_unavailable(app)
    app.add_middleware(BodyLimit, maximum_bytes=MAXIMUM_BODY_BYTES)
    app.add_middleware(ServerSpans)
    app.openapi = lambda: _description(app)
    return app


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
    schema = content.get("application/json", {}).get("schema", {})
    if schema.get("$ref") == "#/components/schemas/Problem":
        content[MEDIA_TYPE] = content.pop("application/json")

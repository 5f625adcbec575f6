"""The FastAPI application: the rooms' routers, the one place of problems, the body limit."""

from fastapi import FastAPI
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS, complete
from madoguchi_wire.kit.health import Health
from starlette.types import Lifespan, Scope

from municipal_adapter.household.endpoints import router as household
from municipal_adapter.issuing.endpoints import router as issuing
from municipal_adapter.municipality.endpoints import router as municipality
from municipal_adapter.outcomes.endpoints import router as outcomes
from municipal_adapter.statements import describe_statements
from municipal_adapter.witness.endpoints import router as witness

MAXIMUM_BODY_BYTES = 128 * 1024


_TAGS = [
    {"name": "municipality", "description": "The beacon that cards sign."},
    {"name": "household", "description": "Who lives with the cardholder, sealed."},
    {"name": "issuing", "description": "Certificates, attested and sealed."},
    {"name": "outcomes", "description": "How issuances ended."},
    {"name": "witness", "description": "Stamps of the centre's audit events, countersigned."},
    {"name": "health", "description": "Whether this replica lives and can work."},
]
_DESCRIPTION = """
The centre's gateway asks a municipality here, in requests that it signs. Card, session and order
are verified again, whatever the gateway says; what leaves is sealed to the session that the card
signed.

**Requests.** Bodies are `application/json` in UTF-8, of at most 128 KiB, whole within 15 s, under
at most 100 headers of 32 KiB together; `traceparent` (W3C) may be among them. `request` is a
compact JWS (ES256, header exactly `alg`, `kid` and `typ`) of at most 65,536 characters. Its payload
is JSON with sorted names and without spaces; the schema is the one below with its `typ` as
`x-jws-typ`, and nothing else is taken. Its key is in the trust list, with the purpose
`gateway-request`.

**Answers.** At most 8 MiB, `application/json` with 200, within 30 s of `accepted` for all replicas
together; all else is a problem document (`application/problem+json`), 503 with `Retry-After`. A
redirect is never followed.

**Times** are judged with 30 s of tolerance for clocks that run ahead: a request is good for 60 s,
an order for 2 minutes, a session for 5, a beacon for the minute it is of and six more.

docs/conformance.md lists what an adapter must do; `madoguchi conformance URL` tries it.
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
        telemetry=NO_FRAMEWORK_SPANS,
    )
    for router in (municipality, household, issuing, outcomes, witness):
        app.include_router(router)
    completed = complete(app, health, MAXIMUM_BODY_BYTES, may_name_trace=_is_inside)
    describe_statements(completed)
    return completed


def _is_inside(_: Scope) -> bool:
    """Tell whose trace goes on in here: all, as the gateway alone calls, and no event tells it."""
    return True

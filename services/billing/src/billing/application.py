"""The process: the API for named persons."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS, complete
from madoguchi_wire.kit.health import Check, Health
from madoguchi_wire.kit.pool import Pool, open_pool
from madoguchi_wire.kit.server import serve
from starlette.types import Lifespan

from billing import endpoints
from billing.contracts.contracts import read_contracts
from billing.parts import Parts
from billing.settings import Settings

_MAXIMUM_BODY_BYTES = 16 * 1024
_DESCRIPTION = """
Billing, for named persons. Each request carries the token of whoever signs people in
(`Authorization: Bearer …`), the person (`Madoguchi-Person`) and the reason (`Madoguchi-Reason`,
percent-encoded UTF-8). What is written keeps the person's name; a refund, a pay-in and an
explanation keep the reason, too. A look is recorded with both before it is answered.
""".strip()


def serve_billing(settings: Settings) -> None:
    """Serve until SIGTERM."""
    contracts = read_contracts(settings.contracts)
    health = Health()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        offset = settings.common.clock_offset
        pool = await open_pool(settings.database_url, offset, service="madoguchi-billing")
        try:
            app.state.sign_in = settings.token
            app.state.parts = Parts(settings, contracts, pool, settings.common.clock())
            health.add("books", _answers(pool))
            yield
        finally:
            pool.terminate()

    app = assemble(health, lifespan)
    serve(app, settings.host, settings.port, health, settings.drain_seconds)


def assemble(health: Health, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """Return the application."""
    app = FastAPI(
        title="Madoguchi billing",
        version="1.0.0",
        description=_DESCRIPTION,
        openapi_tags=[
            {"name": "closes", "description": "Days, months, late entries."},
            {"name": "statements", "description": "Who owes whom for a period, and why."},
            {"name": "invoices", "description": "For commissions; transfer files for banks."},
            {"name": "payments", "description": "Money on its way."},
            {"name": "refunds and claims", "description": "Given back; delivered and voided."},
            {"name": "machines", "description": "Coins of municipalities' own machines."},
            {"name": "books", "description": "The ledger."},
            {"name": "accesses", "description": "Who looked at what."},
            {"name": "health", "description": "Whether the service lives and works."},
        ],
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=NO_FRAMEWORK_SPANS,
    )
    for router in endpoints.ROUTERS:
        app.include_router(router)
    return complete(app, health, _MAXIMUM_BODY_BYTES)


def api_description() -> dict[str, Any]:
    """Return the API description (OpenAPI 3.1)."""
    return assemble(Health()).openapi()


def _answers(pool: Pool) -> Check:
    async def check() -> str | None:
        try:
            await pool.fetchval("SELECT 1 FROM billing.periods LIMIT 1")
        except Exception as error:
            return (
                f"billing's schema does not answer ({type(error).__name__}): is the database"
                " running, and was `billing migrate` run?"
            )
        return None

    return check

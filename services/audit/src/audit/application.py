"""The process: the API for named persons, and the consumer at work beside it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS, complete
from madoguchi_wire.kit.background import every
from madoguchi_wire.kit.health import Check, Health
from madoguchi_wire.kit.pool import Pool, open_pool
from madoguchi_wire.kit.server import serve
from starlette.types import Lifespan

from audit import endpoints
from audit.consuming.consumer import Consumer
from audit.consuming.letters import LetterSender
from audit.consuming.metrics import Metrics
from audit.consuming.topics import Topics
from audit.parts import Parts
from audit.settings import Settings

_MAXIMUM_BODY_BYTES = 16 * 1024
_LETTER_SECONDS = 1.0
_DESCRIPTION = """
The archive of audit events, for named persons. Each request carries the token of whoever signs
people in (`Authorization: Bearer …`), the person (`Madoguchi-Person`) and the reason
(`Madoguchi-Reason`, percent-encoded UTF-8), and is recorded before it is answered.
""".strip()


def serve_audit(settings: Settings) -> None:
    """Serve and consume until SIGTERM; the batch under way is finished."""
    health, metrics = Health(), Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        offset = settings.common.clock_offset
        pool = await open_pool(settings.database_url, offset, service="madoguchi-audit")
        try:
            app.state.sign_in = settings.token
            app.state.parts = Parts(settings, pool, settings.common.clock())
            health.add("archive", _answers(pool))
            async with _consuming(settings, pool, health, metrics):
                yield
        finally:
            pool.terminate()

    app = assemble(health, metrics, lifespan)
    serve(app, settings.host, settings.port, health, settings.drain_seconds)


@asynccontextmanager
async def _consuming(
    settings: Settings, pool: Pool, health: Health, metrics: Metrics
) -> AsyncGenerator[None]:
    servers = settings.kafka_bootstrap_servers
    if servers is None:
        yield
        return
    consumer = Consumer(pool, servers, settings, settings.common.clock(), metrics)
    letters = LetterSender(pool, servers, Topics(settings.kafka_topic))

    async def consumes() -> str | None:
        return consumer.fault

    health.add("consumer", consumes)
    working = asyncio.create_task(consumer.run())
    sending = asyncio.create_task(every(_LETTER_SECONDS, "dead letters", letters.send))
    try:
        yield
    finally:
        consumer.stop()
        await working
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        await letters.close()


def assemble(
    health: Health, metrics: Metrics, lifespan: Lifespan[FastAPI] | None = None
) -> FastAPI:
    """Return the application; `lifespan` does the work beside it."""
    app = FastAPI(
        title="Madoguchi audit archive",
        version="1.0.0",
        description=_DESCRIPTION,
        openapi_tags=[
            {"name": "history", "description": "What happened, in order."},
            {"name": "proof", "description": "Whether the archive is whole."},
            {"name": "recall", "description": "Which papers came of what."},
            {"name": "reports", "description": "A municipality's quarter; an auditor's package."},
            {"name": "holds", "description": "What retention must leave alone."},
            {"name": "accesses", "description": "Who looked at what."},
            {"name": "health", "description": "Whether the archive lives and works."},
        ],
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=NO_FRAMEWORK_SPANS,
    )
    for router in endpoints.ROUTERS:
        app.include_router(router)

    @app.get("/metrics", tags=["health"], response_class=PlainTextResponse, summary="Counts")
    async def counts() -> PlainTextResponse:  # pyright: ignore[reportUnusedFunction] (a route)
        return PlainTextResponse(metrics.text(), media_type="text/plain; version=0.0.4")

    return complete(app, health, _MAXIMUM_BODY_BYTES)


def api_description() -> dict[str, Any]:
    """Return the API description (OpenAPI 3.1)."""
    return assemble(Health(), Metrics()).openapi()


def _answers(pool: Pool) -> Check:
    async def check() -> str | None:
        try:
            await pool.fetchval("SELECT 1 FROM stamp_records LIMIT 1")
        except Exception as error:
            return (
                f"the archive's database does not answer ({type(error).__name__}): is it running,"
                " and was `audit migrate` run?"
            )
        return None

    return check

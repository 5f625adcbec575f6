"""The process: health on HTTP, and the relay at work beside it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from fastapi import FastAPI
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS, complete
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.server import serve
from starlette.types import Lifespan

from relay.file_sink import FileSink
from relay.health import add_checks
from relay.kafka_sink import KafkaSink
from relay.loop import Relay
from relay.metrics import Metrics
from relay.outbox import COMMAND_SECONDS, server_settings
from relay.settings import Settings
from relay.sink import Sink

_MAXIMUM_BODY_BYTES = 1024
_DESCRIPTION = """
The relay carries audit events to a file or to Kafka by itself; nobody asks it for anything but
whether it does.
""".strip()


def serve_relay(settings: Settings) -> None:
    """Carry events until SIGTERM; the batch under way is finished."""
    health, metrics = Health(), Metrics()
    relay = Relay(settings.database_url, settings.common.clock_offset, sink_of(settings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with asyncpg.create_pool(
            settings.database_url,
            min_size=0,
            max_size=2,
            command_timeout=COMMAND_SECONDS,
            server_settings=server_settings(settings.common.clock_offset),
        ) as pool:
            add_checks(health, relay, pool)
            metrics.watch(relay, pool)
            working = asyncio.create_task(relay.run())
            try:
                yield
            finally:
                relay.stop()
                await working

    app = assemble(health, metrics, lifespan)
    serve(app, settings.host, settings.port, health, settings.drain_seconds)


def assemble(
    health: Health, metrics: Metrics, lifespan: Lifespan[FastAPI] | None = None
) -> FastAPI:
    """Return the application; `lifespan` does the work beside it."""
    app = FastAPI(
        title="Madoguchi relay",
        version="1.0.0",
        description=_DESCRIPTION,
        openapi_tags=[
            {"name": "health", "description": "Whether this relay lives and works."},
            {"name": "metrics", "description": "How far behind it is, and what it has carried."},
        ],
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=NO_FRAMEWORK_SPANS,
    )
    app.include_router(metrics.routes())
    return complete(app, health, _MAXIMUM_BODY_BYTES)


def api_description() -> dict[str, Any]:
    """Return the API description (OpenAPI 3.1)."""
    return assemble(Health(), Metrics()).openapi()


def sink_of(settings: Settings) -> Sink:
    """Return Kafka if its brokers are named, else the file."""
    if settings.kafka_bootstrap_servers is not None:
        return KafkaSink(settings.kafka_bootstrap_servers, settings.kafka_topic)
    if settings.file is None:
        raise ValueError("settings without a sink are refused when they are read")
    return FileSink(settings.file)

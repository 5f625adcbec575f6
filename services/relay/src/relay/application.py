"""The relay as a process with health: the loop runs beside it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from madoguchi_wire.kit.health import Health, health_routes

from relay.carrier import Carrier
from relay.file_sink import FileSink
from relay.kafka_sink import KafkaSink
from relay.settings import Settings
from relay.sink import Sink


def sink_of(settings: Settings) -> Sink:
    """Return where events go: Kafka if servers are named, else the file."""
    if settings.kafka_bootstrap_servers:
        return KafkaSink(settings.kafka_bootstrap_servers)
    if settings.file is None:
        raise ValueError("set RELAY_FILE, or KAFKA_BOOTSTRAP_SERVERS, to say where events go")
    return FileSink(settings.file)


def create_app(settings: Settings, health: Health) -> FastAPI:
    """Return the application; it carries events as long as it serves."""
    carrier = Carrier(settings.database_url, settings.common.clock_offset, sink_of(settings))
    health.add("relay", carrier.fault)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        carrying = asyncio.create_task(carrier.run())
        try:
            yield
        finally:
            carrying.cancel()
            with suppress(asyncio.CancelledError):
                await carrying
            await carrier.close()

    app = FastAPI(
        title="Madoguchi relay",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        telemetry={"tracing": False},
    )
    app.include_router(health_routes(health))
    return app

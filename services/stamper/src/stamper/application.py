"""The process: health and metrics on HTTP, and the stamper at work beside it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import asyncpg
from cryptography import x509
from fastapi import FastAPI, Response
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS, complete
from madoguchi_wire.kit.background import every
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.pool import prepare_connection, server_settings
from madoguchi_wire.kit.server import serve
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.timestamps import read_roots
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.types import Lifespan

from stamper.authority import AskedAuthority
from stamper.evidence import StampEvidence
from stamper.following import Follower
from stamper.health import add_checks
from stamper.key import StampingKey
from stamper.loop import COMMAND_SECONDS, Chain, Stamper
from stamper.metrics import Metrics
from stamper.settings import Settings
from stamper.witness import AskedWitness

_MAXIMUM_BODY_BYTES = 1024
_ASKING_SECONDS = 10
_CONNECTIONS = 6
_DESCRIPTION = """
The stamper chains audit events in signed batches and has them countersigned, by itself; nobody
asks it for anything but whether it does.
""".strip()


@dataclass(frozen=True)
class _Inputs:
    key: StampingKey
    trust: Trust
    roots: Sequence[x509.Certificate]


def serve_stamper(settings: Settings) -> None:
    """Stamp events until SIGTERM; the batch under way is finished.

    Raises:
        ValueError, OSError, SignatureRefused: a file cannot be used here.

    """
    common = settings.common
    trust = Trust(settings.trust_list, settings.trust_root, common.environment, common.clock())
    roots = read_roots(settings.timestamp_roots) if settings.timestamp_roots else ()
    signing = SigningKey.load(settings.key)
    inputs = _Inputs(StampingKey(settings.centre, signing, trust, common.clock()), trust, roots)
    health, metrics = Health(), Metrics()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with _at_work(settings, inputs, health, metrics):
            yield

    app = assemble(health, metrics, lifespan)
    serve(app, settings.host, settings.port, health, settings.drain_seconds)


@asynccontextmanager
async def _at_work(
    settings: Settings, inputs: _Inputs, health: Health, metrics: Metrics
) -> AsyncGenerator[None]:
    offset = settings.common.clock_offset
    async with AsyncExitStack() as stack:
        timeout = aiohttp.ClientTimeout(total=_ASKING_SECONDS)
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        pool = await stack.enter_async_context(
            asyncpg.create_pool(
                settings.database_url,
                min_size=0,
                max_size=_CONNECTIONS,
                command_timeout=COMMAND_SECONDS,
                init=prepare_connection,
                server_settings=server_settings(offset, "madoguchi-stamper-evidence"),
            )
        )
        needed, timed = settings.needed_countersignatures, settings.timestamp_url is not None
        evidence = StampEvidence(pool, needed, timed=timed)
        followers = _followers(settings, inputs, http, evidence, metrics)
        chain = Chain(settings.database_url, offset, inputs.key, settings.seconds)
        stamper = Stamper(chain, evidence, followers, metrics)
        add_checks(health, inputs.key, stamper, pool, evidence, metrics)
        working = asyncio.create_task(stamper.run())
        refreshing = asyncio.create_task(_refresh(inputs.trust))
        try:
            yield
        finally:
            stamper.stop()
            refreshing.cancel()
            await asyncio.gather(working, refreshing, return_exceptions=True)


async def _refresh(trust: Trust) -> None:
    async def refresh() -> None:
        trust.refresh()

    await every(1, "trust_list", refresh)


def _followers(
    settings: Settings,
    inputs: _Inputs,
    http: aiohttp.ClientSession,
    evidence: StampEvidence,
    metrics: Metrics,
) -> list[Follower]:
    found = [
        Follower(
            AskedWitness(
                code,
                address,
                settings.centre,
                http=http,
                trust=inputs.trust,
                evidence=evidence,
            ),
            metrics,
        )
        for code, address in settings.addresses.items()
    ]
    if settings.timestamp_url is not None:
        authority = AskedAuthority(
            settings.timestamp_url, inputs.roots, http=http, evidence=evidence
        )
        found.append(Follower(authority, metrics))
    return found


def assemble(
    health: Health, metrics: Metrics, lifespan: Lifespan[FastAPI] | None = None
) -> FastAPI:
    """Return the application; `lifespan` does the work beside it."""
    app = FastAPI(
        title="Madoguchi stamper",
        version="1.0.0",
        description=_DESCRIPTION,
        openapi_tags=[{"name": "health", "description": "Whether this stamper lives and works."}],
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=NO_FRAMEWORK_SPANS,
    )

    async def counted() -> Response:
        # The checks measure what waits.
        await health.report()
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    app.add_api_route("/metrics", counted, include_in_schema=False)
    return complete(app, health, _MAXIMUM_BODY_BYTES)


def api_description() -> dict[str, Any]:
    """Return the API description (OpenAPI 3.1)."""
    return assemble(Health(), Metrics()).openapi()

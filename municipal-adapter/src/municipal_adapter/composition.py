"""The composition root: makes the parts of one replica, and its application, from settings."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
from fastapi import FastAPI
from madoguchi_wire.card_certificates import CardVerifier
from madoguchi_wire.clock import Clock
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.background import every
from madoguchi_wire.kit.card_authorities import read_authorities
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.revocation import Revocation
from madoguchi_wire.kit.server import serve
from madoguchi_wire.kit.trust import Trust

from municipal_adapter.application import assemble
from municipal_adapter.build import build_fingerprint
from municipal_adapter.certificates.workers import RenderWorkers
from municipal_adapter.claims.claims import Claims
from municipal_adapter.database.pool import open_pool
from municipal_adapter.health import add_checks
from municipal_adapter.household.handles import Handles
from municipal_adapter.municipality.beacon import Beacons
from municipal_adapter.municipality.file import AdapterFile, read_adapter_files
from municipal_adapter.municipality.municipality import Municipality, office_of, read_secret
from municipal_adapter.outcomes.closing import Closing
from municipal_adapter.parts import Adapter
from municipal_adapter.records.sql_source import SqlRecordSource
from municipal_adapter.requests.cardholder_request import CardholderRequests
from municipal_adapter.requests.gateway_request import GatewayRequests
from municipal_adapter.settings import Settings


def create_app(settings: Settings, health: Health) -> FastAPI:
    """Return the application of a replica; its parts live as long as it serves."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_adapter(settings, health) as adapter:
            app.state.adapter = adapter
            yield

    return assemble(health, lifespan)


def serve_adapter(settings: Settings) -> None:
    """Serve until SIGTERM, then drain."""
    health = Health()
    app = create_app(settings, health)
    serve(app, settings.host, settings.port, health, settings.drain_seconds)


def api_description() -> dict[str, Any]:
    """Return the API description (OpenAPI 3.1)."""
    return assemble(Health()).openapi()


@asynccontextmanager
async def open_adapter(settings: Settings, health: Health) -> AsyncGenerator[Adapter]:
    """Make the parts of a replica, ready to work, and close them in the end.

    Raises:
        ValueError: a setting or file cannot be used here; the text says what to do.
        SignatureRefused: the trust list does not hold, or is of another environment.

    """
    async with AsyncExitStack() as stack:
        clock = settings.common.clock()
        environment = settings.common.environment
        trust = Trust(settings.trust_list, settings.trust_root, environment, clock)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        made = [
            await _municipality(file, settings, clock, trust, http, stack)
            for file in read_adapter_files(settings.paths)
        ]
        workers = RenderWorkers(settings.workers)
        stack.callback(workers.close)
        adapter = Adapter(clock, trust, {m.code: m for m in made}, workers, build_fingerprint())
        await asyncio.gather(*(m.revocation.refresh() for m in made))
        add_checks(adapter, health)
        await stack.enter_async_context(_background(adapter))
        yield adapter


async def _municipality(
    file: AdapterFile,
    settings: Settings,
    clock: Clock,
    trust: Trust,
    http: aiohttp.ClientSession,
    stack: AsyncExitStack,
) -> Municipality:
    authorities = read_authorities(file.card_authorities, settings.common.environment)
    maximum_age = timedelta(seconds=file.crl_maximum_age_seconds)
    revocation = Revocation(authorities, http, clock, maximum_age)
    beacons = Beacons(file.municipality, read_secret(file.keys.beacon))
    pool = await stack.enter_async_context(
        await open_pool(file.database_url, settings.common.clock_offset)
    )
    return Municipality(
        file=file,
        pool=pool,
        records=SqlRecordSource(pool),
        claims=Claims(pool),
        closing=Closing(pool),
        attestation_key=SigningKey.load(file.keys.attestation),
        beacons=beacons,
        handles=Handles(read_secret(file.keys.handles)),
        gateway_requests=GatewayRequests(file.gateway, file.municipality, trust),
        cardholder_requests=CardholderRequests(
            municipality=file.municipality,
            gateway=file.gateway,
            clock=clock,
            trust=trust,
            cards=CardVerifier([accepted.authority for accepted in authorities]),
            revocation=revocation,
            beacons=beacons,
        ),
        revocation=revocation,
        office=office_of(file),
    )


@asynccontextmanager
async def _background(adapter: Adapter) -> AsyncGenerator[None]:
    async def trust_list() -> None:
        adapter.trust.refresh()

    tasks = [asyncio.create_task(every(1, "trust_list", trust_list))]
    for one in adapter.municipalities.values():
        seconds = one.file.crl_refresh_seconds
        tasks.append(asyncio.create_task(every(seconds, "revocation", one.revocation.refresh)))
        tasks.append(asyncio.create_task(every(60, "answers", one.claims.forget_expired)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

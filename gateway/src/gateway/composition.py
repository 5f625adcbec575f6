"""The composition root: makes the parts of one replica, and its application, from settings."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import structlog
from fastapi import FastAPI
from madoguchi_wire.card_certificates import CardVerifier
from madoguchi_wire.clock import japan_day
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.background import Task, begin
from madoguchi_wire.kit.card_authorities import AcceptedAuthority, read_authorities
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.pool import open_pool
from madoguchi_wire.kit.revocation import Revocation
from madoguchi_wire.kit.server import serve
from madoguchi_wire.kit.trust import Trust

from gateway.adapters.adapters import Adapters
from gateway.application import assemble
from gateway.audit.backlogs import Backlogs, measures_of
from gateway.audit.caller_failures import CallerFailures, record_past_minutes
from gateway.audit.trail import Trail
from gateway.cardholders.keys import CardholderKeys
from gateway.database.changes import Follower
from gateway.database.partitions import ensure_partitions
from gateway.health import add_checks
from gateway.issuances import housekeeping
from gateway.municipalities.beacons import Beacons
from gateway.municipalities.registry import MunicipalityRegistry
from gateway.parts import Gateway
from gateway.secret_files import read_secret
from gateway.settings import Settings
from gateway.stops.registry import StopRegistry
from gateway.terminals.rates import Limits, RequestRates
from gateway.terminals.registry import TerminalRegistry
from gateway.terminals.used_assertions import forget_used
from gateway.terminals.withdrawn import WithdrawnEnrolments

_log = structlog.get_logger()


@dataclass(frozen=True)
class Files:
    """What a replica reads from files before it opens any connection."""

    trust: Trust
    authorities: list[AcceptedAuthority]
    request_key: SigningKey
    token_secret: bytes
    challenge_secret: bytes
    pseudonym_secret: bytes


def read_files(settings: Settings) -> Files:
    """Read and verify the files that the settings name.

    Raises:
        ValueError: a file cannot be used here; the text says what to do.
        SignatureRefused: the trust list does not hold, or is of another environment.

    """
    environment = settings.common.environment
    clock = settings.common.clock()
    return Files(
        trust=Trust(settings.trust_list, settings.trust_root, environment, clock),
        authorities=read_authorities(settings.card_authorities, environment),
        request_key=SigningKey.load(settings.request_key),
        token_secret=read_secret(settings.token_secret),
        challenge_secret=read_secret(settings.challenge_secret),
        pseudonym_secret=read_secret(settings.pseudonym_secret),
    )


def create_app(settings: Settings, health: Health) -> FastAPI:
    """Return the application of a replica; its parts live as long as it serves.

    Raises:
        ValueError: as `read_files`.

    """
    files = read_files(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_gateway(settings, files, health) as gateway:
            app.state.gateway = gateway
            async with _background(gateway):
                yield

    return assemble(health, lifespan)


def serve_gateway(settings: Settings) -> None:
    """Serve until SIGTERM, then drain."""
    health = Health()
    app = create_app(settings, health)

    def count(slug: str) -> None:
        gateway: Gateway = app.state.gateway
        gateway.failures.count(slug)

    serve(app, settings.host, settings.port, health, settings.drain_seconds, count)


def api_description() -> dict[str, Any]:
    """Return the API description (OpenAPI 3.1)."""
    return assemble(Health()).openapi()


@asynccontextmanager
async def open_gateway(settings: Settings, files: Files, health: Health) -> AsyncGenerator[Gateway]:
    """Make the parts of a replica, ready to work, and close them in the end."""
    async with AsyncExitStack() as stack:
        gateway = await _make(settings, files, health, stack)
        async with gateway.pool.acquire() as connection:
            await ensure_partitions(connection, japan_day(gateway.clock.now()))
            await gateway.configuration.refresh(connection)
        await gateway.revocation.refresh()
        await gateway.backlogs.measure()
        add_checks(gateway)
        yield gateway
        await _flush_at_the_end(gateway)


async def _make(settings: Settings, files: Files, health: Health, stack: AsyncExitStack) -> Gateway:
    clock, offset = settings.common.clock(), settings.common.clock_offset
    http = await stack.enter_async_context(
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    )
    pool = await stack.enter_async_context(
        await open_pool(settings.database_url, offset, service="madoguchi-gateway")
    )
    trail = Trail(pool, settings.name, clock)
    terminals, municipalities, stops = TerminalRegistry(), MunicipalityRegistry(), StopRegistry()
    withdrawn = WithdrawnEnrolments()
    # A stop waits for nothing else.
    refreshers = (stops.refresh, withdrawn.refresh, terminals.refresh, municipalities.refresh)
    maximum_age = timedelta(seconds=settings.crl_maximum_age_seconds)
    return Gateway(
        settings=settings,
        clock=clock,
        pool=pool,
        adapters=Adapters(http),
        trust=files.trust,
        withdrawn=withdrawn,
        terminals=terminals,
        municipalities=municipalities,
        stops=stops,
        configuration=Follower(settings.database_url, offset, refreshers),
        beacons=Beacons(http, clock),
        cards=CardVerifier([accepted.authority for accepted in files.authorities]),
        revocation=Revocation(files.authorities, http, clock, maximum_age),
        request_key=files.request_key,
        token_secret=files.token_secret,
        challenge_secret=files.challenge_secret,
        pseudonym_secret=files.pseudonym_secret,
        cardholder_keys=CardholderKeys(pool, files.pseudonym_secret),
        rates=RequestRates(
            Limits(
                settings.terminal_requests_a_minute,
                settings.site_requests_a_minute,
                settings.chain_requests_a_minute,
            )
        ),
        trail=trail,
        failures=CallerFailures(),
        backlogs=Backlogs(measures_of(settings), pool, trail),
        health=health,
    )


async def _past_minutes(gateway: Gateway) -> None:
    await record_past_minutes(gateway.pool, gateway.trail, gateway.failures)


async def _destroy_old_keys(gateway: Gateway) -> None:
    kept = {
        version.municipality: version.body.cardholder_key_months
        for version in gateway.municipalities.all()
    }
    await gateway.cardholder_keys.destroy_old(kept)


async def _flush_at_the_end(gateway: Gateway) -> None:
    try:
        await gateway.failures.flush(gateway.pool)
    except Exception as error:
        _log.error("caller_failures_lost", kind=type(error).__name__)


@asynccontextmanager
async def _background(gateway: Gateway) -> AsyncGenerator[None]:
    async def trust_list() -> None:
        gateway.trust.refresh()

    async def partitions() -> None:
        async with gateway.pool.acquire() as connection:
            await ensure_partitions(connection, japan_day(gateway.clock.now()))

    periodic: list[Task] = [
        # First: what others decide, stops above all, is heard from the beginning.
        (1, "configuration", gateway.configuration.run),
        (1, "trust_list", trust_list),
        (1, "caller_failures", lambda: gateway.failures.flush(gateway.pool)),
        (20, "past_minutes", lambda: _past_minutes(gateway)),
        (1, "backlogs", gateway.backlogs.measure),
        (60, "client_assertions", lambda: forget_used(gateway.pool)),
        (gateway.settings.crl_refresh_seconds, "revocation", gateway.revocation.refresh),
        (3600, "partitions", partitions),
        (3600, "cardholder_keys", lambda: _destroy_old_keys(gateway)),
        # Goes on for ever by itself, and starts again if it fails; as does the first.
        (1, "housekeeping", lambda: housekeeping.run(gateway)),
    ]
    tasks = begin(periodic, gateway.clock)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

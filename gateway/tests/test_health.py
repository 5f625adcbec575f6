"""/readyz says in words what is wrong, and is 200 only if nothing is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
from gateway.composition import open_gateway, read_files
from gateway.database.migrate import migrated
from gateway.health import add_checks
from gateway.settings import Settings
from local_stack.testing import MakeMigrated
from madoguchi_wire.clock import ManualClock, japan_day
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.pool import open_pool


async def _ready(address: str) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as http, http.get(f"{address}/readyz") as answer:
        return answer.status, (await answer.json())["checks"]


async def _token_problem(address: str, assertion: str) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{address}/v1/token", data=form) as answer,
    ):
        problem = await answer.json(content_type="application/problem+json")
        assert problem["status"] == answer.status
        return problem["type"].removeprefix("/problems/")


async def test_a_gateway_with_all_it_needs_is_ready(gateway_address: str) -> None:
    status, checks = await _ready(gateway_address)
    assert status == 200
    assert set(checks.values()) == {None}
    assert set(checks) == {
        "database",
        "partitions",
        "trust list",
        "revocation lists",
        "configuration",
    }


async def test_it_is_not_ready_while_its_database_is_away(
    gateway_settings: Settings,
    run_gateway: Callable[[Settings], AbstractContextManager[str]],
    client_assertion: Callable[..., str],
) -> None:
    name = gateway_settings.database_url.rpartition("/")[2]
    server = gateway_settings.database_url.removesuffix(name) + "postgres"
    with run_gateway(gateway_settings) as address:
        async with await open_pool(server, timedelta(0)) as pool:
            await pool.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            await pool.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
            )
            status, checks = await _ready(address)
            assert status == 503
            assert "database does not answer" in checks["database"]
            assert await _token_problem(address, client_assertion()) == "service-unavailable"
            await pool.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert (await _ready(address))[0] == 200


async def test_what_is_missing_is_said(gateway_settings: Settings) -> None:
    health = Health()
    async with open_gateway(gateway_settings, read_files(gateway_settings), health) as gateway:
        today = japan_day(gateway.clock.now())
        await gateway.pool.execute(f"DROP TABLE metering_records_{today:%Y_%m}")
        report = await health.report()
    assert not report.ready
    assert "partition" in (report.checks["partitions"] or "")
    assert report.checks["database"] is None


async def test_a_clock_that_is_off_the_databases_is_not_ready(gateway_settings: Settings) -> None:
    health = Health()
    async with open_gateway(gateway_settings, read_files(gateway_settings), health) as gateway:
        ahead = ManualClock(gateway.clock.now() + timedelta(seconds=5))
        add_checks(replace(gateway, clock=ahead))
        report = await health.report()
    assert "off the database's" in (report.checks["database"] or "")


async def test_a_gateway_without_configuration_is_not_ready(
    gateway_settings: Settings, migrated_database: MakeMigrated
) -> None:
    empty = gateway_settings.model_copy(update={"database_url": await migrated_database(migrated)})
    health = Health()
    async with open_gateway(empty, read_files(empty), health):
        report = await health.report()
    assert "madoguchi onboard" in (report.checks["configuration"] or "")

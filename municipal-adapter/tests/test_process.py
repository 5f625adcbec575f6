"""The adapter as a process: what it refuses to start with, when it is ready, and being killed."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import aiohttp
import asyncpg
import pytest
import yaml
from local_stack.databases import PostgresServer
from local_stack.processes import ManagedProcess
from municipal_adapter.build import build_fingerprint
from municipal_adapter.certificates.font import DEFAULT_FONT
from municipal_adapter.claims.claims import LEASE
from municipal_adapter.database.migrate import migrated
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town

ICHIKAWA = "122033"
Start = Callable[..., ManagedProcess]


def run(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "municipal_adapter", command]
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)


def asking_of(process: ManagedProcess, http: aiohttp.ClientSession, centre: Centre) -> Asking:
    return Asking(http, process.ready_url.removesuffix("/livez"), centre.gateway)


def test_build_and_openapi_need_no_settings() -> None:
    assert run("build", {}).stdout.strip() == build_fingerprint()
    described = json.loads(run("openapi", {}).stdout)
    assert described["openapi"].startswith("3.1")
    path = described["paths"]["/v1/municipalities/{code}/issuances/{issuance}/prepare"]
    problems = {s: r["content"] for s, r in path["post"]["responses"].items() if s != "200"}
    assert "403" in problems
    assert all(list(content) == ["application/problem+json"] for content in problems.values())


def test_what_was_made_for_development_is_refused_in_production(
    adapter_environment: dict[str, str],
) -> None:
    production = adapter_environment | {"MADOGUCHI_ENVIRONMENT": "production"}
    finished = run("serve", production)
    assert finished.returncode == 2
    assert "development" in finished.stderr
    shifted = run("serve", production | {"MADOGUCHI_CLOCK_OFFSET_SECONDS": "1"})
    assert shifted.returncode == 2
    assert "CLOCK_OFFSET" in shifted.stderr


def test_a_missing_setting_is_told_without_a_trace() -> None:
    finished = run("serve", {})
    assert finished.returncode == 2
    assert "ADAPTER_FILES" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"fonts": [{"file": "no.otf", "sha256": "0" * 64}]}, "no.otf: cannot be read: No such"),
        (
            {"fonts": [{"file": str(DEFAULT_FONT), "sha256": "0" * 64}]},
            "fonts.0: " + str(DEFAULT_FONT) + " is not the font that was approved",
        ),
        ({"gaiji": {"E000": "MJ026204"}}, "gaiji: E000: no approved font draws MJ026204"),
    ],
)
def test_fonts_and_gaiji_that_cannot_be_printed_with_are_refused_at_start(
    adapter_environment: dict[str, str],
    towns: dict[str, Town],
    changes: dict[str, object],
    cause: str,
) -> None:
    town = towns[ICHIKAWA]
    file = town.folder / "fonts.yaml"
    values = yaml.safe_load(town.file.read_text("utf-8"))
    file.write_text(yaml.safe_dump(values | changes), encoding="utf-8")
    finished = run("serve", adapter_environment | {"ADAPTER_FILES": str(file)})
    assert finished.returncode == 2
    assert str(file) in finished.stderr
    assert cause in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_database_that_does_not_answer_is_told_by_adapter_file_and_field(
    adapter_environment: dict[str, str], towns: dict[str, Town], command: str
) -> None:
    town = towns[ICHIKAWA]
    file = town.folder / "no-database.yaml"
    values = yaml.safe_load(town.file.read_text("utf-8"))
    address = {"database_url": "postgresql://x@127.0.0.1:9/x"}
    file.write_text(yaml.safe_dump(values | address), encoding="utf-8")
    finished = run(command, adapter_environment | {"ADAPTER_FILES": str(file)})
    assert finished.returncode == 2
    assert f"{file}: database_url: the database cannot be reached" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_migrating_twice_changes_nothing(adapter_environment: dict[str, str]) -> None:
    assert run("migrate", adapter_environment).returncode == 0


async def test_a_running_adapter_is_ready(adapter: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{adapter}/readyz") as answer:
        report = await answer.json()
    assert answer.status == 200
    assert {"trust list", f"{ICHIKAWA} database", f"{ICHIKAWA} key and build"} <= set(
        report["checks"]
    )


async def test_with_a_stale_revocation_list_or_an_unapproved_build_it_is_not_ready(
    start: Start, reception: Reception, centre: Centre, towns: dict[str, Town], tmp_path: Path
) -> None:
    visit = await reception.visitor(ICHIKAWA)
    unapproved = replace(centre, builds={})
    trust_list, _ = unapproved.write(tmp_path)
    town = towns[ICHIKAWA]
    town.write_crl(datetime.now(UTC) - timedelta(hours=25))
    try:
        process = start(ADAPTER_TRUST_LIST=str(trust_list), ADAPTER_FILES=str(town.file))
        async with aiohttp.ClientSession() as http:
            asking = asking_of(process, http, centre)
            async with http.get(f"{asking.address}/readyz") as answer:
                report = (await answer.json())["checks"]
            refused = await asking.prepare(visit, visit.order())
    finally:
        town.write_crl()
    assert answer.status == 503
    assert "does not allow this build" in report[f"{ICHIKAWA} key and build"]
    assert "no fresh revocation list" in report[f"{ICHIKAWA} revocation lists"]
    assert (refused.status, refused.slug) == (503, "revocation-unknown")


async def test_without_its_database_it_says_so_and_works_again_afterwards(
    start: Start,
    centre: Centre,
    towns: dict[str, Town],
    postgres: PostgresServer,
    fresh_database: Callable[[], str],
    tmp_path: Path,
) -> None:
    town = replace(towns[ICHIKAWA], database_url=fresh_database())
    name = town.database_url.rsplit("/", 1)[1]
    await migrated(town.database_url)
    values = yaml.safe_load(town.file.read_text("utf-8")) | {"database_url": town.database_url}
    file = town.folder / "outage.yaml"
    file.write_text(yaml.safe_dump(values), encoding="utf-8")
    process = start(ADAPTER_FILES=str(file))
    server = await asyncpg.connect(postgres.dsn)
    async with aiohttp.ClientSession() as http:
        asking = asking_of(process, http, centre)
        own = Reception(asking, centre, {ICHIKAWA: town})
        visit = await own.visitor(ICHIKAWA)
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
        await server.execute(cut, name)
        refused = await asking.prepare(visit, visit.order())
        assert (refused.status, refused.slug) == (503, "service-unavailable")
        async with http.get(f"{asking.address}/readyz") as answer:
            assert "database does not answer" in await answer.text()
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert (await asking.prepare(visit, visit.order())).status == 200
    process.terminate()
    assert "一郎" not in (tmp_path / "log").read_text("utf-8")
    await server.close()


async def test_a_claim_whose_adapter_was_killed_is_resumed_by_another(
    start: Start, reception: Reception, centre: Centre, towns: dict[str, Town]
) -> None:
    visit, issuance = await reception.visitor(ICHIKAWA), str(uuid4())
    order = visit.order()
    database = await asyncpg.connect(towns[ICHIKAWA].database_url)
    async with aiohttp.ClientSession() as http:
        first = start()
        async with database.transaction():
            # Nobody reads a record meanwhile, so the adapter dies between claim and answer.
            await database.execute("LOCK TABLE residents IN ACCESS EXCLUSIVE MODE")
            asked = asyncio.create_task(
                asking_of(first, http, centre).prepare(visit, order, issuance)
            )
            number = await claimed(towns[ICHIKAWA], issuance)
            first.kill()
            with pytest.raises(aiohttp.ClientError):
                await asked
        assert (await reception.asking.prepare(visit, order, issuance)).slug == (
            "prepare-in-progress"
        )
        later = start(MADOGUCHI_CLOCK_OFFSET_SECONDS=str(LEASE.total_seconds() + 1))
        resumed = await asking_of(later, http, centre).prepare(visit, order, issuance)
        assert resumed.status == 200
        assert (await reception.asking.prepare(visit, order, issuance)).body == resumed.body
    assert await claimed(towns[ICHIKAWA], issuance) == number
    await database.close()


async def claimed(town: Town, issuance: str) -> str:
    """Wait for the claim and return its certificate number."""
    connection = await asyncpg.connect(town.database_url)
    try:
        for _ in range(200):
            sql = "SELECT certificate_number FROM claims WHERE issuance_id = $1"
            if number := await connection.fetchval(sql, issuance):
                return str(number)
            await asyncio.sleep(0.02)
        raise AssertionError("The issuance was not claimed.")
    finally:
        await connection.close()

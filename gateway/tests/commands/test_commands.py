"""The command line: a fault is one line that says what to do."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import aiohttp
import pytest
from gateway.cardholders.keys import CardholderKeys
from gateway.commands.main import main
from gateway.settings import Settings
from local_stack.processes import ManagedProcess
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.kit.pool import open_pool
from madoguchi_wire_testing.commands import run_command


async def _gateway(*arguments: str, **environment: str) -> tuple[int, str, str]:
    said = await run_command(main, environment, *arguments)
    return said.code, said.out, said.errors


async def _serve(**environment: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", "serve"),
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    return process.returncode, output.decode(), errors.decode()


def _environment(settings: Settings, **changes: str) -> dict[str, str]:
    return {
        "MADOGUCHI_ENVIRONMENT": "development",
        "GATEWAY_DATABASE_URL": settings.database_url,
        "GATEWAY_NAME": settings.name,
        "GATEWAY_PORT": str(settings.port),
        "GATEWAY_TRUST_LIST": str(settings.trust_list),
        "GATEWAY_TRUST_ROOT": str(settings.trust_root),
        "GATEWAY_REQUEST_KEY": str(settings.request_key),
        "GATEWAY_TOKEN_SECRET": str(settings.token_secret),
        "GATEWAY_CHALLENGE_SECRET": str(settings.challenge_secret),
        "GATEWAY_PSEUDONYM_SECRET": str(settings.pseudonym_secret),
        "GATEWAY_CARD_AUTHORITIES": str(settings.card_authorities),
    } | changes


async def test_an_empty_database_is_migrated_as_often_as_one_likes(
    gateway_settings: Settings, fresh_database: Callable[[], str]
) -> None:
    environment = _environment(gateway_settings, GATEWAY_DATABASE_URL=fresh_database())
    code, _, errors = await _gateway("stops", **environment)
    assert (code, "migrate" in errors) == (2, True)
    for _ in "ab":
        assert (await _gateway("migrate", **environment))[0] == 0
    assert (await _gateway("stops", **environment))[0] == 0


async def test_the_api_description_needs_no_settings_and_never_varies() -> None:
    first, second = [await _gateway("openapi") for _ in range(2)]
    assert first == second
    assert first[0] == 0
    assert json.loads(first[1])["openapi"].startswith("3.1")


async def test_production_starts_with_nothing_made_for_development(
    gateway_settings: Settings, write_trust_list: Callable[..., Path]
) -> None:
    async def refusal(**changes: str) -> str:
        environment = _environment(gateway_settings, MADOGUCHI_ENVIRONMENT="production", **changes)
        code, output, errors = await _serve(**environment)
        assert code == 2, output
        assert len(errors.splitlines()) == 1
        return errors

    shifted = await refusal(MADOGUCHI_CLOCK_OFFSET_SECONDS="60")
    assert "MADOGUCHI_CLOCK_OFFSET_SECONDS" in shifted
    assert "for development, this process runs in production" in await refusal()
    write_trust_list(environment="production")
    assert "made by demo or tests" in await refusal()


async def test_a_missing_setting_is_named(gateway_settings: Settings) -> None:
    environment = _environment(gateway_settings)
    del environment["GATEWAY_TOKEN_SECRET"]
    code, _, errors = await _serve(**environment)
    assert code == 2
    assert "GATEWAY_TOKEN_SECRET" in errors
    assert "Traceback" not in errors


async def test_a_replica_that_is_told_to_stop_drains_first(
    gateway_settings: Settings, tmp_path: Path
) -> None:
    address = f"http://127.0.0.1:{gateway_settings.port}"
    environment = _environment(gateway_settings, GATEWAY_DRAIN_SECONDS="1")
    process = ManagedProcess(
        "gateway",
        [sys.executable, "-m", "gateway", "serve"],
        ready_url=f"{address}/readyz",
        log=tmp_path / "gateway.log",
        env=environment,
    )
    with process:
        os.kill(process.pid, signal.SIGTERM)
        async with aiohttp.ClientSession(address) as http:
            statuses = [await _status(http, "/readyz") for _ in range(3)]
            assert 503 in statuses
            assert await _status(http, "/livez") == 200
            assert await _status(http, "/v1/trust-list") == 200
    assert not process.running
    events = [json.loads(line)["event"] for line in process.log.read_text().splitlines()]
    assert "trust_list_in_force" in events


async def _status(http: aiohttp.ClientSession, path: str) -> int:
    async with http.get(path) as answer:
        return answer.status


async def test_an_operator_stops_lists_and_releases(gateway_settings: Settings) -> None:
    environment = _environment(gateway_settings)
    named = ("--by", "suzuki", "--reason", "a paper of somebody else was seen")
    assert (await _gateway("stops", **environment))[1] == "nothing is stopped\n"
    assert (await _gateway("stop", "122033", *named, **environment))[0] == 0
    _, listed, _ = await _gateway("stops", **environment)
    seen, where, cause = listed.split()[:3]
    stop = seen.removesuffix(":1")
    assert (where, cause) == ("122033", "person:")
    code, _, errors = await _gateway("release", seen, *named, **environment)
    assert (code, "--finding" in errors) == (2, True)
    found = ("--finding", "shown-unfounded")
    for unseen in (stop, f"{stop}:2"):
        code, _, errors = await _gateway("release", unseen, *found, *named, **environment)
        assert (code, "gateway stops" in errors) == (2, True)
    code, released, _ = await _gateway("release", seen, *found, *named, **environment)
    assert (code, released) == (0, f"released: {stop}\n")
    code, _, errors = await _gateway("release", seen, *found, *named, **environment)
    assert (code, "gateway stops" in errors) == (2, True)
    assert "released by suzuki" in (await _gateway("stops", "--all", **environment))[1]


async def test_an_operator_without_a_name_or_a_reason_is_not_heard(
    gateway_settings: Settings,
) -> None:
    environment = _environment(gateway_settings)
    for named in (("--by", "suzuki", "--reason", "ok"), ("--by", "S u", "--reason", "x" * 20)):
        code, _, errors = await _gateway("stop", "122033", *named, **environment)
        assert code == 2, errors
    code, _, errors = await _gateway(
        "stop", "999999", "--by", "suzuki", "--reason", "x" * 20, **environment
    )
    assert (code, "no municipality" in errors) == (2, True)


async def test_a_cards_pseudonyms_are_printed_and_only_who_asked_is_kept(
    gateway_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = ("--by", "suzuki")

    async def ask(serial: str, *words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", StringIO(serial))
        return await _gateway("pseudonyms", *words, *named, **_environment(gateway_settings))

    secret = gateway_settings.pseudonym_secret.read_bytes()
    async with await open_pool(gateway_settings.database_url, timedelta(0)) as pool:
        assert "no key" in (await ask("1A:2B\n", "122033", "test-card"))[1]
        keys = CardholderKeys(pool, secret)
        card = CardIdentity("test-card", "1a2b")
        told = [await keys.told_of(card, "122033", date(2026, month, 3)) for month in (10, 11)]
        code, printed, _ = await ask("001A:2B\n", "122033", "test-card")
        assert code == 0
        assert printed == "".join(
            f"2026-{month}  {one['key']}:{one['pseudonym']}\n"
            for month, one in zip((10, 11), told, strict=True)
            if one is not None
        )
        for serial, city, authority in (
            ("1a2b", "122033", "another"),
            ("1a2b", "131130", "test-card"),
            ("taro", "122033", "test-card"),
        ):
            code, printed, errors = await ask(serial, city, authority)
            assert (code, printed, serial in errors) == (2, "", False)
        rows = await pool.fetch("SELECT canonical FROM outbox WHERE type LIKE '%asked%'")
    asked = [json.loads(row["canonical"])["data"] for row in rows]
    assert asked == [{"municipality": "122033", "asked_by": "suzuki"}] * 2

"""Every problem leaves a trace: a known terminal's by name, a stranger's in a count."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from gateway.settings import Settings
from gateway.terminals.tokens import issue_token
from madoguchi_wire.gateway_api import Problem
from madoguchi_wire.kit.pool import Pool, open_pool

REFUSED = "SELECT canonical FROM outbox WHERE type = 'madoguchi.request.refused.v1'"
COUNTED = "SELECT slug, sum(count)::int AS count FROM caller_failures GROUP BY slug"


async def _get(address: str, path: str, token: str | None) -> str:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(address + path) as answer:
        assert answer.content_type == "application/problem+json"
        problem = Problem.model_validate_json(await answer.read())
        assert problem.status == answer.status
        return problem.type.removeprefix("/problems/")


def _token(settings: Settings) -> str:
    secret = settings.token_secret.read_bytes()
    return issue_token("tokiwa-0001-1", settings.name, secret, datetime.now(UTC))


async def _pool(settings: Settings) -> Pool:
    return await open_pool(settings.database_url, timedelta(0))


async def test_a_known_terminals_refusals_name_it_and_nothing_that_it_typed(
    gateway_address: str, gateway_settings: Settings
) -> None:
    token = _token(gateway_settings)
    asked = {
        "/v1/municipalities/122034/menu": "municipality-unknown",
        "/v1/municipalities/%E7%AA%93%E5%8F%A3/menu": "municipality-unknown",
        "/v1/municipalities/122033/menu": "adapter-unreachable",
    }
    for path, slug in asked.items():
        assert await _get(gateway_address, path, token) == slug
    async with await _pool(gateway_settings) as pool:
        told = [json.loads(row["canonical"])["data"] for row in await pool.fetch(REFUSED)]
    assert sorted(event["problem"] for event in told) == sorted(asked.values())
    for event in told:
        assert event | {"problem": "", "trace": None} == {
            "problem": "",
            "method": "GET",
            "path": "/v1/municipalities/{code}/menu",
            "terminal": "tokiwa-0001-1",
            "site": "tokiwa-0001",
            "trace": None,
        } | ({"municipality": "122033"} if event["problem"] == "adapter-unreachable" else {})


async def test_strangers_are_counted_by_problem_type(
    gateway_settings: Settings,
    run_gateway: Callable[[Settings], AbstractContextManager[str]],
) -> None:
    with run_gateway(gateway_settings) as address:
        for _ in range(3):
            assert await _get(address, "/v1/municipalities", None) == "invalid-token"
        assert await _get(address, "/v1/municipalities", "x" * 5000) == "invalid-token"
        assert await _get(address, "/wp-login.php", None) == "not-found"
        assert await _get(address, "/v1/token", None) == "method-not-allowed"
        large = b"x" * (256 * 1024 + 1)
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{address}/v1/token", data=large) as answer,
        ):
            assert (answer.status, answer.content_type) == (413, "application/problem+json")
    async with await _pool(gateway_settings) as pool:
        assert await pool.fetch(REFUSED) == []
        counted = {row["slug"]: row["count"] for row in await pool.fetch(COUNTED)}
    assert counted == {
        "invalid-token": 4,
        "not-found": 1,
        "method-not-allowed": 1,
        "body-too-large": 1,
    }


async def test_a_known_terminals_unreadable_requests_name_it_too(
    gateway_address: str, gateway_settings: Settings
) -> None:
    headers = {"Authorization": f"bearer {_token(gateway_settings)}"}
    large = b"x" * (256 * 1024 + 1)

    async def chunks() -> AsyncGenerator[bytes]:
        for _ in range(5):
            yield large[: 64 * 1024]

    sent: list[tuple[str, str, Any, str]] = [
        ("POST", "/v1/reports", b'{"report":', "malformed-request"),
        ("POST", "/v1/reports", b'{"report":"a","report":"b"}', "malformed-request"),
        ("POST", "/v1/reports", b'{"report":1}', "invalid-fields"),
        ("POST", "/v1/sessions", large, "body-too-large"),
        ("POST", "/v1/sessions", chunks(), "body-too-large"),
        ("GET", "/v1/nowhere", None, "not-found"),
        ("DELETE", "/v1/reports", None, "method-not-allowed"),
    ]
    json_body = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for method, path, body, slug in sent:
            async with http.request(
                method, gateway_address + path, data=body, headers=json_body
            ) as answer:
                assert (await answer.json())["type"] == f"/problems/{slug}"
        # A token that is not ours names nobody.
        forged = {"Authorization": "Bearer " + headers["Authorization"][::-1]}
        async with http.get(f"{gateway_address}/v1/nowhere", headers=forged) as answer:
            assert answer.status == 404
    async with await _pool(gateway_settings) as pool:
        told = [json.loads(row["canonical"])["data"] for row in await pool.fetch(REFUSED)]
    assert sorted(event["problem"] for event in told) == sorted(slug for *_, slug in sent)
    assert {event["terminal"] for event in told} == {"tokiwa-0001-1"}
    assert {event["path"] for event in told} == {"/v1/reports", "/v1/sessions", "unknown"}

"""/v1/token over HTTP: what gets a token, what does not, and who is told why."""

import asyncio
import base64
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
import jwt
import pytest
from gateway.settings import Settings
from madoguchi_wire.gateway_api import AccessToken, Problem
from madoguchi_wire.keys import KeyPurpose, SigningKey
from madoguchi_wire.kit.pool import open_pool

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def _now() -> int:
    return int(datetime.now(UTC).timestamp())


async def _ask(address: str, assertion: str) -> tuple[int, bytes]:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": JWT_BEARER,
        "client_assertion": assertion,
    }
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{address}/v1/token", data=form) as answer,
    ):
        return answer.status, await answer.read()


async def _problem(address: str, assertion: str) -> tuple[int, str]:
    status, body = await _ask(address, assertion)
    problem = Problem.model_validate_json(body)
    assert problem.status == status
    assert problem.charged is False
    return status, problem.type.removeprefix("/problems/")


async def _token(address: str, assertion: str) -> str:
    status, body = await _ask(address, assertion)
    assert status == 200, body
    return AccessToken.model_validate_json(body).access_token


async def _list(address: str, token: str | None) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{address}/v1/municipalities", headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def test_an_assertion_gets_one_token_at_whichever_replica(
    gateway_settings: Settings,
    run_gateway: Callable[[Settings], AbstractContextManager[str]],
    client_assertion: Callable[..., str],
) -> None:
    with run_gateway(gateway_settings) as one, run_gateway(gateway_settings) as two:
        race = client_assertion()
        answers = await asyncio.gather(*(_ask(replica, race) for replica in (one, two) * 5))
        assert sorted(status for status, _ in answers) == [200] + [401] * 9
        assertion = client_assertion()
        token = await _token(one, assertion)
        for replica in (one, two):
            assert await _problem(replica, assertion) == (401, "invalid-client-assertion")
            status, listed = await _list(replica, token)
            assert (status, json.loads(listed)[0]["code"]) == (200, "122033")


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"iss": "nobody-1", "sub": "nobody-1"}, "invalid-client-assertion"),
        ({"sub": "tokiwa-0001-2"}, "invalid-client-assertion"),
        ({"iss": "tokiwa-0001-2", "sub": "tokiwa-0001-2"}, "invalid-client-assertion"),
        ({"aud": "other.test.example"}, "invalid-client-assertion"),
        ({"aud": ["centre.test.example"]}, "invalid-client-assertion"),
        ({"iat": _now() - 100, "exp": _now() - 40}, "invalid-client-assertion"),
        ({"exp": _now() + 3600}, "invalid-client-assertion"),
        ({"iat": _now() + 3600, "exp": _now() + 3660}, "invalid-client-assertion"),
        ({"iat": _now(), "exp": _now()}, "invalid-client-assertion"),
        ({"exp": 1e400}, "invalid-client-assertion"),
        ({"jti": "short"}, "invalid-client-assertion"),
        ({"jti": "nul\0" * 8}, "invalid-client-assertion"),
        ({"jti": "\ud800" * 20}, "invalid-client-assertion"),
        ({"iat": 10**30, "exp": 10**30 + 9}, "invalid-client-assertion"),
        ({"iss": "a\0b", "sub": "a\0b"}, "invalid-client-assertion"),
        ({"jti": None}, "invalid-client-assertion"),
        ({"scope": "everything"}, "invalid-client-assertion"),
    ],
)
async def test_wrong_claims_are_refused(
    gateway_address: str,
    client_assertion: Callable[..., str],
    changes: dict[str, object],
    slug: str,
) -> None:
    assert await _problem(gateway_address, client_assertion(**changes)) == (401, slug)


async def test_wrong_signatures_are_refused(
    gateway_address: str,
    client_assertion: Callable[..., str],
    gateway_keys: dict[KeyPurpose, SigningKey],
) -> None:
    good = client_assertion()
    claims = jwt.decode(good, options={"verify_signature": False})
    token_key = gateway_keys[KeyPurpose.TERMINAL_TOKEN]
    statement_key = gateway_keys[KeyPurpose.TERMINAL_STATEMENT]
    stranger = SigningKey.generate()
    header, body, signature = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","kid":"x"}').rstrip(b"=").decode()
    secret = token_key.public.encode()
    for bad in (
        jwt.encode(claims, stranger.private, "ES256", headers={"kid": token_key.kid}),
        jwt.encode(claims, stranger.private, "ES256", headers={"kid": stranger.kid}),
        jwt.encode(claims, statement_key.private, "ES256", headers={"kid": statement_key.kid}),
        jwt.encode(claims, token_key.private, "ES256"),
        jwt.encode(claims, secret, "HS256", headers={"kid": token_key.kid}),
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        f"{header}.{body}.{signature[:-4]}AAAA",
        f"{header}.{body}",
        "garbage",
        "",
        "a.b.c",
        "." * 8000,
        "窓口",
    ):
        assert await _problem(gateway_address, bad) == (401, "invalid-client-assertion"), bad[:60]
    await _token(gateway_address, good)


async def test_whoever_has_no_terminals_key_learns_of_no_terminal(
    gateway_address: str, gateway_keys: dict[KeyPurpose, SigningKey], enrolment: str
) -> None:
    now, stranger = _now(), SigningKey.generate()
    answers: set[tuple[int, bytes]] = set()
    for name in ("tokiwa-0001-1", "tokiwa-0001-2", "nobody-1", "122033", "x" * 128):
        for kid in (gateway_keys[KeyPurpose.TERMINAL_TOKEN].kid, stranger.kid, "../../etc/passwd"):
            claims = {"iss": name, "sub": name, "aud": "centre.test.example", "iat": now}
            claims |= {"exp": now + 60, "jti": str(uuid4()), "enrolment": enrolment}
            claims |= {"software": "a-terminal 1.2.3"}
            forged = jwt.encode(claims, stranger.private, "ES256", headers={"kid": kid})
            answers.add(await _ask(gateway_address, forged))
    assert [status for status, _ in answers] == [401]


RIGHT = {
    "grant_type": "client_credentials",
    "client_assertion_type": JWT_BEARER,
    "client_assertion": "x",
}
URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({}, "client_assertion, client_assertion_type, grant_type"),
        (RIGHT | {"grant_type": "password"}, "grant_type"),
        (RIGHT | {"client_assertion_type": "x"}, "client_assertion_type"),
        ({"grant_type": "client_credentials", "client_assertion": "x"}, "client_assertion_type"),
        ([*RIGHT.items(), ("grant_type", "client_credentials")], "grant_type"),
        (RIGHT | {"scope": "all"}, "a field that is not of this form"),
        (RIGHT | {"yamada": "taro"}, "a field that is not of this form"),
        (RIGHT | {"client_assertion": "x" * 9000}, "client_assertion"),
        ([("yamada", str(number)) for number in range(30)], None),
    ],
)
async def test_another_form_is_refused_without_repeating_it(
    gateway_address: str, form: Any, fault: str | None
) -> None:
    body, headers = urlencode(form), {"Content-Type": URLENCODED}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{gateway_address}/v1/token", data=body, headers=headers) as answer,
    ):
        problem = Problem.model_validate_json(await answer.read())
        assert (answer.status, answer.content_type) == (422, "application/problem+json")
    assert problem.type == "/problems/invalid-fields"
    at_fault = problem.detail.partition("At fault: ")[2]
    assert at_fault == (f"{fault}." if fault else "")
    assert "yamada" not in problem.detail


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/json", "multipart/form-data; boundary=a", "", f"{URLENCODED}, a/b"],
)
async def test_a_form_of_another_media_type_gets_no_token(
    gateway_address: str, client_assertion: Callable[..., str], kind: str
) -> None:
    body = urlencode(RIGHT | {"client_assertion": client_assertion()})
    headers = {"Content-Type": kind}
    async with (
        aiohttp.ClientSession(skip_auto_headers=["Content-Type"] if not kind else []) as http,
        http.post(
            f"{gateway_address}/v1/token", data=body.encode(), headers=headers if kind else {}
        ) as answer,
    ):
        problem = Problem.model_validate_json(await answer.read())
    assert (problem.status, problem.type) == (415, "/problems/unsupported-media-type")


async def test_access_tokens_that_are_not_ours_are_refused(
    gateway_address: str, gateway_settings: Settings
) -> None:
    now = _now()
    claims = {"iss": gateway_settings.name, "sub": "tokiwa-0001-1", "iat": now, "exp": now + 600}
    secret = gateway_settings.token_secret.read_bytes()
    right = jwt.encode(claims, secret, "HS256")
    assert (await _list(gateway_address, right))[0] == 200
    for bad in (
        None,
        "garbage",
        jwt.encode(claims, secret[::-1], "HS256"),
        jwt.encode(claims | {"exp": now - 1}, secret, "HS256"),
        jwt.encode(claims | {"iss": "other.test.example"}, secret, "HS256"),
        jwt.encode({"iss": claims["iss"], "exp": now + 600}, secret, "HS256"),
        jwt.encode(claims, SigningKey.generate().private, "ES256"),
    ):
        status, body = await _list(gateway_address, bad)
        assert status == 401, body
        assert json.loads(body)["type"] == "/problems/invalid-token"


async def test_a_suspension_stops_tokens_that_were_already_given_out(
    gateway_address: str, gateway_settings: Settings, client_assertion: Callable[..., str]
) -> None:
    token = await _token(gateway_address, client_assertion())
    assert (await _list(gateway_address, token))[0] == 200
    async with await open_pool(
        gateway_settings.database_url, gateway_settings.common.clock_offset
    ) as pool:
        await pool.execute("UPDATE terminals SET state = 'suspended'")
        deadline = _now() + 6
        while (answer := await _list(gateway_address, token))[0] == 200:
            assert _now() < deadline, "the suspension took longer than 5 s"
            await asyncio.sleep(0.05)
        assert answer[0] == 403
        assert json.loads(answer[1])["type"] == "/problems/terminal-suspended"
        refused = await _problem(gateway_address, client_assertion(jti=str(uuid4())))
        assert refused == (403, "terminal-suspended")
        recorded = await pool.fetchval(
            "SELECT count(*) FROM outbox WHERE type = 'madoguchi.request.refused.v1'"
        )
    assert recorded == 2


async def test_the_trust_list_is_handed_out_as_signed(
    gateway_address: str, gateway_settings: Settings
) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{gateway_address}/v1/trust-list") as answer,
    ):
        assert (answer.status, answer.content_type) == (200, "application/jose")
        assert await answer.text() == gateway_settings.trust_list.read_text()

"""A body larger than the limit is refused, however it is cut and whatever is announced."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from madoguchi_wire.errors import BodyTooLarge, MadoguchiError
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS, complete
from madoguchi_wire.kit.body_limit import BodyLimit
from madoguchi_wire.kit.health import Health
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

Call = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, str], Any]]]
LIMIT = 50


async def length(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await JSONResponse(len(body))(scope, receive, send)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(chunks=st.lists(st.binary(max_size=40), max_size=5), announces=st.sampled_from((0, 1)))
def test_a_body_passes_if_and_only_if_it_fits(
    chunks: list[bytes], announces: int, call: Call
) -> None:
    size = sum(map(len, chunks))
    told: list[MadoguchiError] = []

    async def on_problem(_: Request, error: MadoguchiError) -> None:
        told.append(error)

    headers = [(b"content-length", str(size).encode())] * announces
    app = BodyLimit(length, maximum_bytes=LIMIT, on_problem=on_problem)
    status, _, document = asyncio.run(call(app, "POST", "/", chunks, headers))
    if size <= LIMIT:
        assert (status, document, told) == (200, size, [])
    else:
        assert (status, document["type"]) == (413, "/problems/body-too-large")
        assert [type(error) for error in told] == [BodyTooLarge]


async def test_an_announced_giant_is_refused_before_anything_is_read(call: Call) -> None:
    asked: list[Scope] = []

    async def reads(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope)
        await length(scope, receive, send)

    app = BodyLimit(reads, maximum_bytes=LIMIT)
    headers = [(b"content-length", b"51")]
    assert (await call(app, "POST", "/", [], headers))[0] == 413
    assert not asked


@pytest.mark.parametrize("lie", [b"1", b"-1", b"1e3", b"", "１".encode()])
async def test_a_false_announcement_hides_nothing(lie: bytes, call: Call) -> None:
    app = BodyLimit(length, maximum_bytes=LIMIT)
    status, _, _ = await call(app, "POST", "/", [b"x" * 51], [(b"content-length", lie)])
    assert status == 413


async def test_an_application_that_chokes_on_a_cut_body_is_recorded_once(call: Call) -> None:
    told: list[MadoguchiError] = []

    async def on_problem(_: Request, error: MadoguchiError) -> None:
        told.append(error)

    async def post(body: dict[str, str]) -> int:
        return len(body)

    app = FastAPI(telemetry=NO_FRAMEWORK_SPANS)
    app.add_api_route("/", post, methods=["POST"])
    complete(app, Health(), LIMIT, on_problem)
    chunks = [b'{"name": "', b"x" * LIMIT, b'"}']
    headers = [(b"content-type", b"application/json")]
    status, _, document = await call(app, "POST", "/", chunks, headers)
    assert (status, document["type"]) == (413, "/problems/body-too-large")
    assert [type(error) for error in told] == [BodyTooLarge]

"""A body is read if it is JSON with one meaning, of the right media type, and else refused."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS, complete
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.json_route import JsonRoute
from pydantic import BaseModel, ConfigDict

Call = Callable[..., Awaitable[tuple[int, dict[str, str], Any]]]
JSON = b"application/json"
NAME = "山田太郎"


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str


@pytest.fixture
def app() -> FastAPI:
    async def post(person: Person) -> int:
        return len(person.name)

    async def look(number: int) -> int:
        return number

    router = APIRouter(route_class=JsonRoute)
    router.add_api_route("/people", post, methods=["POST"])
    router.add_api_route("/people/{number}", look)
    app = FastAPI(telemetry=NO_FRAMEWORK_SPANS)
    app.include_router(router)
    return complete(app, Health(), 200_000)


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;x=1",
    ],
)
async def test_json_is_read(app: FastAPI, call: Call, kind: str) -> None:
    headers = [(b"content-type", kind.encode())]
    body = f'{{"name": "{NAME}"}}'.encode()
    assert (await call(app, "POST", "/people", [body], headers))[::2] == (200, len(NAME))


@pytest.mark.parametrize(
    "body",
    [
        b'{"name":"a","name":"a"}',
        b'{"name":"a","n\\u0061me":"b"}',
        b'{"name":"a","other":{"b":1,"b":2}}',
        b'{"name":NaN}',
        b'{"name":Infinity}',
        b'{"name":"\\ud800"}',
        b'{"name":"a\\udfff"}',
        b'\xef\xbb\xbf{"name":"a"}',
        '{"name":"a"}'.encode("utf-16"),
        '{"name":"a"}'.encode("utf-16-be"),
        '{"name":"a"}'.encode("utf-32"),
        b'{"name":"\xff"}',
        '{"name":"é"}'.encode("latin-1"),
        '{"name":"窓口"}'.encode("shift_jis"),
        b'{"name":"a"',
        b'{"name":"a"}}',
        b'{"name":' + b"9" * 5000 + b"}",
        b'{"name":1e999}',
        b"[" * 90_000,
        b'{"name":' * 10_000 + b'"a"' + b"}" * 10_000,
        b"\0",
        f'{{"name":"{NAME}","name":"{NAME}"}}'.encode(),
    ],
    ids=range(22),
)
async def test_json_with_two_meanings_or_none_is_refused_without_repeating_it(
    app: FastAPI, call: Call, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    status, headers, document = await call(
        app, "POST", "/people", [body], [(b"content-type", JSON)]
    )
    assert (status, document["type"]) == (400, "/problems/malformed-request")
    assert headers["content-type"] == "application/problem+json"
    assert NAME not in str(document)
    assert NAME not in capsys.readouterr().out


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"content-type", b"text/plain")],
        [(b"content-type", b"text/json")],
        [(b"content-type", b"application/x-www-form-urlencoded")],
        [(b"content-type", b"multipart/form-data; boundary=a")],
        [(b"content-type", b"application/cbor")],
        [(b"content-type", b"application/jsonp")],
        [(b"content-type", b"application/problem+json")],
        [(b"content-type", b"application/json; charset=utf-16")],
        [(b"content-type", b"application/json; charset=shift_jis")],
        [(b"content-type", b"application/json, text/plain")],
        [(b"content-type", b"\xff\xfe")],
        [(b"content-type", JSON), (b"content-encoding", b"gzip")],
    ],
)
async def test_a_body_of_another_media_type_is_refused(
    app: FastAPI, call: Call, headers: list[tuple[bytes, bytes]]
) -> None:
    status, _, document = await call(app, "POST", "/people", [b'{"name":"a"}'], headers)
    assert (status, document["type"]) == (415, "/problems/unsupported-media-type")


async def test_a_field_that_we_do_not_know_is_not_repeated(app: FastAPI, call: Call) -> None:
    body = f'{{"name":"a","{NAME}":1}}'.encode()
    status, _, document = await call(app, "POST", "/people", [body], [(b"content-type", JSON)])
    assert (status, document["type"]) == (422, "/problems/invalid-fields")
    assert "body: extra_forbidden" in document["detail"]
    assert NAME not in str(document)


async def test_an_address_has_one_spelling(app: FastAPI, call: Call) -> None:
    for path in ("/people/7/", "//people/7", "/people/"):
        status, headers, document = await call(app, "GET", path)
        assert (status, document["type"]) == (404, "/problems/not-found"), path
        assert "location" not in headers


async def test_a_wrong_method_is_told_the_right_ones(app: FastAPI, call: Call) -> None:
    for method, path, allowed in (
        ("DELETE", "/people", "POST"),
        ("POST", "/people/7", "GET"),
        ("TRACE", "/livez", "GET"),
        ("HEAD", "/readyz", "GET"),
    ):
        status, headers, document = await call(app, method, path)
        assert (status, document["type"]) == (405, "/problems/method-not-allowed")
        assert headers["allow"] == allowed

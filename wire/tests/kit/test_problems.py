"""Whatever goes wrong is answered by one kind of document, which says nothing of what was sent."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI, Request
from madoguchi_wire.errors import (
    InvalidFields,
    MadoguchiError,
    NotFound,
    RequestRefused,
    ServiceUnavailable,
    TooManyReports,
    all_errors,
)
from madoguchi_wire.gateway_api import Problem
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS
from madoguchi_wire.kit.problems import (
    MEDIA_TYPE,
    MethodNotAllowed,
    error_of,
    install_problems,
    problem_of,
    problem_responses,
)
from pydantic import BaseModel, ConfigDict

Call = Callable[..., Awaitable[tuple[int, dict[str, str], Any]]]
ERRORS = list(all_errors().values())
JSON = [(b"content-type", b"application/json")]
NAME = "山田太郎"


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    copies: int


def an_application(raised: Exception | None, told: list[MadoguchiError]) -> FastAPI:
    app = FastAPI(telemetry=NO_FRAMEWORK_SPANS)

    async def post(person: Person) -> int:
        if raised is not None:
            raise raised
        return person.copies

    async def on_problem(_: Request, error: MadoguchiError) -> None:
        told.append(error)

    app.add_api_route("/people", post, methods=["POST"])
    install_problems(app, on_problem)
    return app


async def answered(call: Call, app: FastAPI, body: str) -> tuple[int, dict[str, str], Any]:
    return await call(app, "POST", "/people", [body.encode()], JSON)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.slug)
async def test_each_error_becomes_its_problem_and_can_be_told_from_it(
    error: type[MadoguchiError], call: Call
) -> None:
    told: list[MadoguchiError] = []
    app = an_application(error("What to do."), told)
    status, headers, document = await answered(call, app, '{"name": "a", "copies": 1}')
    assert status == document["status"] == error.status
    assert headers["content-type"] == MEDIA_TYPE
    assert document["type"] == f"/problems/{error.slug}"
    assert document["detail"] == "What to do."
    assert document["charged"] is False
    assert [type(found) for found in told] == [error]
    back = error_of(document)
    assert type(back) is error
    assert back is not None
    assert back.detail == "What to do."


@pytest.mark.parametrize(
    "body",
    [
        f'{{"name": "{NAME}", "copies": "{NAME}"}}',
        f'{{"name": ["{NAME}"], "copies": 1}}',
        f'{{"copies": {{"{NAME}": 1}}, "name": 5}}',
        f'"{NAME}"',
        f'{{"name": "{NAME}"',
        "",
    ],
)
async def test_fields_that_do_not_fit_are_named_and_their_values_are_not(
    body: str, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[MadoguchiError] = []
    status, headers, document = await answered(call, an_application(None, told), body)
    assert (status, headers["content-type"]) == (422, MEDIA_TYPE)
    assert document["type"] == "/problems/invalid-fields"
    assert "body" in document["detail"]
    assert NAME not in str(document)
    assert [type(error) for error in told] == [InvalidFields]
    assert NAME not in capsys.readouterr().out


async def test_an_unexpected_error_tells_nothing_of_the_inside(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[MadoguchiError] = []
    app = an_application(ZeroDivisionError(NAME), told)
    status, headers, document = await answered(call, app, '{"name": "a", "copies": 1}')
    assert (status, headers["content-type"]) == (500, MEDIA_TYPE)
    assert document["type"] == "/problems/internal-error"
    assert [type(error) for error in told] == [MadoguchiError]
    assert "ZeroDivisionError" not in str(document)
    assert NAME not in str(document)
    logged = capsys.readouterr().out
    assert "ZeroDivisionError" in logged
    assert "an_application.<locals>.post" in logged
    assert NAME not in logged


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [("POST", "/nowhere", NotFound), ("DELETE", "/people", MethodNotAllowed)],
)
async def test_a_wrong_address_or_method_is_a_problem_too(
    method: str, path: str, error: type[MadoguchiError], call: Call
) -> None:
    told: list[MadoguchiError] = []
    status, headers, document = await call(an_application(None, told), method, path)
    assert (status, headers["content-type"]) == (error.status, MEDIA_TYPE)
    assert document["type"] == f"/problems/{error.slug}"
    assert [type(found) for found in told] == [error]


async def test_all_methods_of_an_address_are_told(call: Call) -> None:
    """Also those of its other routes."""
    app = an_application(None, [])

    async def people() -> None: ...

    app.add_api_route("/people", people, methods=["GET"])
    _, headers, _ = await call(app, "DELETE", "/people")
    assert headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    "document", [None, [], "problem", {}, {"type": "/problems/not-found"}, {"status": 404}]
)
def test_what_is_no_problem_document_names_no_error(document: object) -> None:
    assert error_of(document) is None


def test_a_problem_that_is_not_ours_names_no_error() -> None:
    document = problem_of(NotFound()).model_dump()
    assert error_of({**document, "type": "https://example.org/problems/not-found"}) is None
    assert error_of({**document, "type": "/problems/unheard-of"}) is None


async def test_callers_are_told_how_to_go_on(call: Call) -> None:
    _, headers, document = await answered(
        call, an_application(ServiceUnavailable(), []), '{"name": "a", "copies": 1}'
    )
    assert headers["retry-after"] == "1"
    assert document["retryable"] is True
    _, headers, document = await answered(
        call, an_application(TooManyReports(), []), '{"name": "a", "copies": 1}'
    )
    assert headers["retry-after"] == "60"
    assert document["retryable"] is True


def test_the_description_names_every_problem_of_a_status() -> None:
    described = problem_responses(NotFound, RequestRefused, MethodNotAllowed, InvalidFields)
    assert list(described) == [400, 404, 405, 422]
    assert all(response["model"] is Problem for response in described.values())
    assert "`not-found`" in described[404]["description"]

"""The API description is complete: tags, summaries, and a problem document for each failure."""

from typing import Any

from gateway.composition import api_description
from madoguchi_wire.errors import all_errors


def _operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in api_description()["paths"].items()
        for method, operation in methods.items()
        if "health" not in operation["tags"]
    ]


def test_every_operation_is_tagged_summarised_and_described() -> None:
    known = {tag["name"] for tag in api_description()["tags"]}
    for name, operation in _operations():
        assert operation["summary"], name
        assert operation["description"], name
        assert set(operation["tags"]) <= known, name


def test_every_failure_is_a_problem_document_of_a_known_type() -> None:
    for name, operation in _operations():
        failures = {s: r for s, r in operation["responses"].items() if int(s) >= 400}
        assert {"422", "500", "503"} <= set(failures), name
        for status, response in failures.items():
            assert list(response["content"]) == ["application/problem+json"], name
            for slug, example in response["content"]["application/problem+json"][
                "examples"
            ].items():
                assert all_errors()[slug].status == int(status)
                assert example["value"]["type"] == f"/problems/{slug}"


def test_it_is_the_same_every_time() -> None:
    assert api_description() == api_description()
    assert api_description()["openapi"].startswith("3.1")

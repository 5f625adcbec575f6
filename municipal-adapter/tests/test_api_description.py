"""The API description has all that an adapter in another language is written from."""

import json
from typing import Any

import pytest
from madoguchi_wire.adapter_api import PrepareStatement
from madoguchi_wire.signed import Statement
from municipal_adapter.composition import api_description
from municipal_adapter.statements import STATEMENTS


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return api_description()


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.__name__)
def test_every_statement_is_described_with_its_type_and_all_its_fields(
    described: dict[str, Any], statement: type[Statement]
) -> None:
    schema = described["components"]["schemas"][statement.__name__]
    assert schema["x-jws-typ"] == statement.typ
    assert set(schema["properties"]) == set(statement.model_fields)
    assert schema["additionalProperties"] is False


def test_nothing_is_referred_to_that_is_not_there(described: dict[str, Any]) -> None:
    text = json.dumps(described)
    named = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert PrepareStatement.__name__ not in named
    assert named <= set(described["components"]["schemas"])
    assert "$defs" not in text

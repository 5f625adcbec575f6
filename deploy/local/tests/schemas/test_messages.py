import json
from typing import Any

import jsonschema_rs
import pytest
from local_stack.folders import ROOT
from local_stack.schemas.documents import documents
from local_stack.schemas.messages import file_of
from madoguchi_wire.event_data.examples import example_event
from madoguchi_wire.events import EventType

SCHEMAS = ROOT / "docs" / "schemas"


def schema(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / name).read_bytes())


@pytest.mark.parametrize("path", sorted(SCHEMAS.rglob("*.json")), ids=lambda path: path.name)
def test_each_is_a_schema_and_its_examples_fit_it(path: Any) -> None:
    body = json.loads(path.read_bytes())
    assert jsonschema_rs.meta.is_valid(body)
    validator = jsonschema_rs.validator_for(body)
    assert all(validator.is_valid(example) for example in body.get("examples", []))


def test_there_is_one_for_each_type_and_none_besides() -> None:
    there = {path.name for path in (SCHEMAS / "events").iterdir()}
    assert there == {file_of(kind) for kind in EventType} | {"envelope.json"}


@pytest.mark.parametrize("kind", EventType)
def test_a_message_that_says_more_fits_and_one_that_says_less_does_not(kind: EventType) -> None:
    validator = jsonschema_rs.validator_for(schema(f"events/{file_of(kind)}"))
    message = example_event(kind).model_dump(mode="json")
    assert validator.is_valid(message | {"data": message["data"] | {"more": 1}, "more": 2})
    required = schema(f"events/{file_of(kind)}")["properties"]["data"].get("required", [])
    for name in required:
        less = {key: value for key, value in message["data"].items() if key != name}
        assert not validator.is_valid(message | {"data": less})
    assert not validator.is_valid({key: value for key, value in message.items() if key != "salt"})


def test_committed_documents_are_fresh() -> None:
    assert documents().stale() == []

"""Readers of an earlier version (`earlier.json`) read what is written today.

A new field does not touch `earlier.json`. It is written anew only together with a new release.
"""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from local_stack.schemas.messages import event_schema
from madoguchi_wire.event_data.examples import example_event
from madoguchi_wire.events import EventType

EARLIER = json.loads(Path(__file__).with_name("earlier.json").read_bytes())
TYPES = [EventType(kind) for kind in EARLIER]


@pytest.mark.parametrize("kind", TYPES)
def test_an_earlier_reader_reads_today_s_message(kind: EventType) -> None:
    validator = jsonschema_rs.validator_for(EARLIER[kind])
    assert validator.is_valid(example_event(kind).model_dump(mode="json"))


@pytest.mark.parametrize("kind", TYPES)
def test_a_type_keeps_all_that_it_said_in_the_shape_it_had(kind: EventType) -> None:
    today = event_schema(kind)
    for before, now in ((EARLIER[kind], today), (_data(EARLIER[kind]), _data(today))):
        kept = {name: _shape(now["properties"].get(name)) for name in before["properties"]}
        if before is EARLIER[kind]:
            kept.pop("data")
        assert kept == {name: _shape(before["properties"][name]) for name in kept}
        assert set(before.get("required", ())) <= set(now.get("required", ()))


@pytest.mark.parametrize("kind", TYPES)
def test_today_s_reader_reads_an_earlier_message(kind: EventType) -> None:
    message = example_event(kind).model_dump(mode="json")
    known = _data(EARLIER[kind])["properties"]
    data = {name: value for name, value in message["data"].items() if name in known}
    validator = jsonschema_rs.validator_for(event_schema(kind))
    assert validator.is_valid(message | {"data": data})


def _data(schema: dict[str, Any]) -> dict[str, Any]:
    return schema["properties"]["data"]


def _shape(field: dict[str, Any] | None) -> dict[str, Any] | None:
    if field is None:
        return None
    return {name: value for name, value in field.items() if name not in ("description", "examples")}

"""JSON Schemas (2020-12) of the messages: one for each type of event, and of stamp records.

They are what consumers hold messages to, so unknown fields are allowed: an old consumer reads what
a newer producer writes. Each stands alone, without references to other files.
"""

from typing import Any

from madoguchi_wire.event_data import DATA
from madoguchi_wire.event_data.examples import example_event
from madoguchi_wire.events import AuditEvent, EventType
from madoguchi_wire.stamps import StampRecord
from pydantic import BaseModel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
STAMP_RECORD = "stamp-record.json"
ENVELOPE = "envelope.json"
Schema = dict[str, Any]


def file_of(kind: EventType) -> str:
    """Return the name of the file with the schema of a type."""
    return f"{kind.value}.json"


def schemas() -> dict[str, Schema]:
    """Return all schemas by the names of their files."""
    made = {file_of(kind): event_schema(kind) for kind in EventType}
    return made | {ENVELOPE: _envelope(), STAMP_RECORD: _stamp_record()}


def event_schema(kind: EventType) -> Schema:
    """Return the schema of a whole message of one type, with an example."""
    envelope = _envelope()
    data = _standing_alone(_of(DATA[kind]))
    data.pop("title")
    return envelope | {
        "title": kind.value,
        "description": data.pop("description"),
        "properties": envelope["properties"] | {"type": {"const": kind.value}, "data": data},
        "examples": [example_event(kind).model_dump(mode="json")],
    }


def _envelope() -> Schema:
    schema = _of(AuditEvent)
    schema["title"] = "Audit event (CloudEvents 1.0)"
    types = schema.pop("$defs")["EventType"]
    schema["properties"]["type"] = {"type": "string", "examples": types["enum"]}
    # What has a default is in every message all the same: producers write every attribute.
    schema["required"] = sorted(schema["properties"])
    return schema


def _stamp_record() -> Schema:
    schema = _of(StampRecord)
    schema["required"] = sorted(schema["properties"])
    example = StampRecord(stamp="eyJ0…", leaves=("3f" * 32,), countersignatures=("eyJ0…",))
    return schema | {"examples": [example.model_dump(mode="json")]}


def _of(model: type[BaseModel]) -> Schema:
    schema: Schema = {"$schema": _DIALECT, **model.model_json_schema()}
    schema.pop("additionalProperties", None)
    return _without_titles(schema)


def _without_titles(schema: Schema) -> Schema:
    for field in schema["properties"].values():
        field.pop("title", None)
    return schema


def _standing_alone(data: Schema) -> Schema:
    """Put objects where they are referred to: a message's data have no `$defs` of their own."""
    objects: dict[str, Schema] = data.pop("$defs", {})
    for field in data["properties"].values():
        for choice in field.get("anyOf", ()):
            name = choice.pop("$ref", "").rpartition("/")[2]
            if name:
                choice |= _without_titles(objects[name])
    return data

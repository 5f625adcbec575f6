"""`docs/asyncapi.yaml`: who reads what from which topic (AsyncAPI 3.0)."""

from typing import Any

from madoguchi_wire.events import EventType
from madoguchi_wire.kit.yaml_file import yaml_text

from local_stack.schemas.messages import STAMP_RECORD, event_schema, file_of, schemas

EVENTS, STAMPS = "madoguchi.audit", "madoguchi.audit.stamps"
DEAD_LETTERS = "madoguchi.audit.dead-letter"
CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"
PARTITIONS = {EVENTS: 12, STAMPS: 1, DEAD_LETTERS: 1}
_BINDING = "0.5.0"
_TEXT = {"type": "string"}
_REASON = {"description": "Why it was set aside, as a stable word.", **_TEXT}
_ORIGIN = {"description": "The topic that it was read from, or `outbox`.", **_TEXT}
_LETTER_HEADERS = {
    "type": "object",
    "required": ["reason", "origin"],
    "properties": {
        "reason": _REASON,
        "what": {"description": "What is amiss, in words without values.", **_TEXT},
        "origin": _ORIGIN,
        "origin-partition": {"description": "Decimal.", **_TEXT},
        "origin-offset": {"description": "Decimal; of an outbox, the position.", **_TEXT},
        "digest": {"description": "Of an event from the outbox: what stamps know it by.", **_TEXT},
        "bytes": {"description": "Its size, decimal.", **_TEXT},
        "shortened": {"description": "`true`: only its beginning is here.", **_TEXT},
    },
}


def text() -> str:
    """Return the document as YAML."""
    return yaml_text(document())


def document() -> dict[str, Any]:
    """Return the document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Madoguchi: the audit stream",
            "version": "1.0.0",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "127.0.0.1:9092",
                "protocol": "kafka",
                "description": "The centre's Kafka; `KAFKA_BOOTSTRAP_SERVERS` names another.",
            }
        },
        "channels": {
            "events": _channel(EVENTS, "Every event, in order for each subject.", _event_names()),
            "stamps": _channel(STAMPS, "Every stamp with its countersignatures.", ["stampRecord"]),
            "deadLetters": _channel(DEAD_LETTERS, "What was set aside, and why.", ["deadLetter"]),
        },
        "operations": {
            "sendEvents": _operation("send", "events", "The relay writes each event."),
            "sendStamps": _operation("send", "stamps", "The relay writes each complete stamp."),
            "sendDeadLetters": _operation("send", "deadLetters", "Relay and archive set aside."),
            "receiveEvents": _operation("receive", "events", "The archive keeps each once."),
            "receiveStamps": _operation("receive", "stamps", "The archive proves with them."),
        },
        "components": {"messages": _messages()},
    }


_ABOUT = """\
Everything that happened at the centre, one message each, without personal data.
Event types only ever gain fields: ignore those that you do not know, and types that you do not
know. A message may come twice: `source` and `id` together tell. Within one subject, `sequence`
counts from 1 without gaps."""


def _name(kind: EventType) -> str:
    first, *rest = kind.value.removeprefix("madoguchi.").replace("_", ".").split(".")
    return first + "".join(word.capitalize() for word in rest)


def _event_names() -> list[str]:
    return [_name(kind) for kind in EventType]


def _channel(topic: str, about: str, messages: list[str]) -> dict[str, Any]:
    binding = {"topic": topic, "partitions": PARTITIONS[topic], "bindingVersion": _BINDING}
    return {
        "address": topic,
        "description": about,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"kafka": binding},
    }


def _operation(action: str, channel: str, about: str) -> dict[str, Any]:
    reference = {"$ref": f"#/channels/{channel}"}
    return {"action": action, "channel": reference, "summary": about}


def _messages() -> dict[str, Any]:
    events = {_name(kind): _event(kind) for kind in EventType}
    record = schemas()[STAMP_RECORD]
    stamp = {
        "title": "A stamp with all that proves it",
        "contentType": "application/json",
        "payload": {"$ref": f"schemas/{STAMP_RECORD}"},
        "bindings": _key("The centre's name, as in the source of its events."),
        "examples": [{"payload": record["examples"][0]}],
    }
    letter = {
        "title": "A message that was set aside, as it was",
        "contentType": "application/octet-stream",
        "headers": _LETTER_HEADERS,
        "bindings": _key("The key that it had."),
    }
    return events | {"stampRecord": stamp, "deadLetter": letter}


def _event(kind: EventType) -> dict[str, Any]:
    schema = event_schema(kind)
    about: str = schema["description"]
    return {
        "name": kind.value,
        "title": about.partition("\n")[0],
        "contentType": CONTENT_TYPE,
        "headers": {
            "type": "object",
            "required": ["content-type"],
            "properties": {"content-type": {"type": "string", "const": CONTENT_TYPE}},
        },
        "payload": {"$ref": f"schemas/events/{file_of(kind)}"},
        "bindings": _key("The event's subject: an issuance, or a random id of its own."),
        "examples": [{"payload": schema["examples"][0]}],
    }


def _key(about: str) -> dict[str, Any]:
    key = {"type": "string", "description": about}
    return {"kafka": {"key": key, "bindingVersion": _BINDING}}

"""The JSON Schema of a file of vectors."""

from typing import Any

_TEXT = {"type": "string", "minLength": 1}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Signed test vectors",
    "type": "object",
    "additionalProperties": False,
    "required": ["vectors"],
    "properties": {
        "vectors": {
            "type": "array",
            "minItems": 2,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "what", "verdict", "reason", "input"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{2}$"},
                    "what": _TEXT,
                    "verdict": {"enum": ["holds", "refused"]},
                    "reason": {"anyOf": [_TEXT, {"type": "null"}]},
                    "input": {"type": "object", "minProperties": 1},
                },
                "if": {"properties": {"verdict": {"const": "holds"}}},
                "then": {"properties": {"reason": {"type": "null"}}},
                "else": {"properties": {"reason": {"type": "string"}}},
            },
        }
    },
}

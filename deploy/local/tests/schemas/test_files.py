"""Editors accept our own files by the schemas, and mark what is wrong."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from local_stack.folders import ROOT
from local_stack.schemas.files import file_schemas

SAMPLES = [
    *((path, "municipality.json") for path in (ROOT / "deploy" / "municipalities").glob("*.yaml")),
    *((path, "chain.json") for path in (ROOT / "deploy" / "chains").glob("*.yaml")),
    *((path, "adapter.json") for path in (ROOT / "deploy" / "adapters").glob("*.yaml")),
]


def _document(path: Path) -> dict[str, Any]:
    return json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=date.isoformat))


@pytest.mark.parametrize(("path", "schema"), SAMPLES, ids=lambda one: getattr(one, "name", one))
def test_our_own_files_are_right_and_another_field_is_not(path: Path, schema: str) -> None:
    validator = jsonschema_rs.validator_for(file_schemas()[schema])
    document = _document(path)
    validator.validate(document)
    assert not validator.is_valid(document | {"pirces": {}})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("closed", ["1229"]),
        ("adapters", ["adapter.example"]),
        ("offers", {"resident_record": {"opens": "6:30", "closes": "23:00"}}),
        ("offers", {"tax_certificate": {"opens": "06:30", "closes": "23:00"}}),
        ("words", {"no-such-reason": {"ja": "x", "en": "x"}}),
    ],
)
def test_a_wrong_value_is_marked(field: str, value: object) -> None:
    validator = jsonschema_rs.validator_for(file_schemas()["municipality.json"])
    document = _document(ROOT / "deploy" / "municipalities" / "122033.yaml")
    assert not validator.is_valid(document | {field: value})

import gzip
import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from local_stack.folders import ROOT
from local_stack.kafka_cluster import audit_topics
from local_stack.schemas import asyncapi
from madoguchi_wire.events import EventType

OFFICIAL = Path(__file__).with_name("asyncapi-3.0.0.schema.json.gz")
TEXT = (ROOT / "docs" / "asyncapi.yaml").read_text("utf-8")
DOCUMENT = yaml.safe_load(TEXT)


@pytest.fixture(scope="module")
def official() -> Any:
    return jsonschema_rs.validator_for(json.loads(gzip.decompress(OFFICIAL.read_bytes())))


def test_the_document_is_asyncapi_3_by_its_own_json_schema(official: Any) -> None:
    faults = [
        (list(fault.instance_path), fault.message) for fault in official.iter_errors(DOCUMENT)
    ]
    assert faults == []


@pytest.mark.parametrize("spoil", ["no address", "unknown action", "unknown member"])
def test_that_json_schema_does_find_faults(official: Any, spoil: str) -> None:
    spoiled = asyncapi.document()
    if spoil == "no address":
        spoiled["channels"]["events"]["address"] = 1
    if spoil == "unknown action":
        spoiled["operations"]["sendEvents"]["action"] = "publish"
    if spoil == "unknown member":
        spoiled["channels"]["events"]["topic"] = "madoguchi.audit"
    assert not official.is_valid(spoiled)


def test_every_reference_leads_somewhere() -> None:
    references = re.findall(r"\$ref: '?([^'\n]+)", TEXT)
    assert len(references) > 2 * len(EventType)
    for reference in references:
        path, _, inside = reference.partition("#")
        if path:
            assert (ROOT / "docs" / path).is_file(), reference
        else:
            place: Any = DOCUMENT
            for step in inside.strip("/").split("/"):
                place = place[step]


def test_topics_are_those_that_are_made() -> None:
    told = {
        channel["address"]: channel["bindings"]["kafka"]["partitions"]
        for channel in DOCUMENT["channels"].values()
    }
    assert told == {topic.name: topic.partitions for topic in audit_topics()}

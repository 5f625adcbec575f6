"""Bodies and headers that mean two things, or nothing, at every door of running services."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests
from local_stack.openapi import FOLDER
from local_stack.system import LocalSystem
from madoguchi_wire.errors import all_errors

SECRET = "試験太郎"
"""A name that whoever sends it would like to see in a log."""
ASCII_SECRET = "SHIKEN-TARO-4711"
BODIES: dict[str, bytes] = {
    "a name twice": b'{"request": "a", "request": "b"}',
    "deep": b"[" * 20_000 + b"]" * 20_000,
    "half a character": b'{"request": "\\ud800", "report": "\\udfff"}',
    "a huge number": b'{"request": 1' + b"0" * 5_000 + b"}",
    "a number beyond all": b'{"request": 1e999}',
    "no number": b'{"request": NaN}',
    "another encoding": '{"request": "試"}'.encode("utf-16"),
    "a mark before it": b'\xef\xbb\xbf{"request": "a"}',
    "no characters": b'{"request": "\xff\xfe"}',
    "nothing": b"",
    "only a list": b"[]",
    "only null": b"null",
    "lines of a log": b'{"request": "a\\n{\\"level\\": \\"error\\", \\"event\\": \\"forged\\"}"}',
    "a name": json.dumps({"request": SECRET, "report": ASCII_SECRET}).encode(),
}


def _unsigned(**claims: object) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in parts)
    return b".".join((*encoded, b"")).decode()


HEADERS: dict[str, dict[str, str]] = {
    "nobody": {},
    "an unsigned token": {"Authorization": f"Bearer {_unsigned(sub=ASCII_SECRET)}"},
    "bytes that are no token": {"Authorization": "Bearer \xe9\x7f"},
    "a trace of one's own": {"traceparent": "00-" + "g" * 32 + "-1-" + ASCII_SECRET},
    "a host of one's own": {"Host": "evil.example", "X-Forwarded-For": ASCII_SECRET},
}


def _doors() -> Iterator[Any]:
    for name in ("gateway", "adapter"):
        paths: dict[str, dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text())[
            "paths"
        ]
        for path in paths:
            if "post" in paths[path]:
                yield pytest.param(name, path, id=f"{name} {path}")


@pytest.mark.parametrize(("service", "path"), list(_doors()))
def test_a_spoiled_request_is_refused_in_described_words(
    system: LocalSystem, service: str, path: str
) -> None:
    facts = system.installation.facts
    base = facts.gateways[0] if service == "gateway" else facts.adapters["122033"]
    for part in ("{code}", "{session}", "{issuance}"):
        path = path.replace(part, "122033" if part == "{code}" else str(uuid4()))
    for what, body in BODIES.items():
        for whose, extra in HEADERS.items():
            media = (
                "application/x-www-form-urlencoded" if path == "/v1/token" else "application/json"
            )
            headers = {"content-type": media, "Idempotency-Key": str(uuid4())} | extra
            answer = requests.post(base + path, data=body, headers=headers, timeout=20)
            slug = answer.json()["type"].removeprefix("/problems/")
            assert 400 <= answer.status_code < 500, (what, whose, slug)
            assert answer.status_code == all_errors()[slug].status, (what, whose)
            assert SECRET not in answer.text, (what, whose)
            assert ASCII_SECRET not in answer.text, (what, whose)


def test_logs_are_one_line_each_and_repeat_nothing_that_was_sent(system: LocalSystem) -> None:
    logs = sorted((system.folder / "logs").glob("*.log"))
    assert len(logs) >= 6
    for log in logs:
        for line in log.read_text("utf-8").splitlines():
            assert json.loads(line)["service"], log.name
            assert SECRET not in line, log.name
            assert ASCII_SECRET not in line, log.name
            assert '"forged"' not in line, log.name

"""One trace from the terminal's tap to the audit event, and nothing personal in any span."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from local_stack.settling import still
from local_stack.system import LocalSystem

pytestmark = pytest.mark.system

TRACED = {"OTEL_TRACES_EXPORTER": "console"}
ICHIKAWA, CARD = "122033", "resident-05"


def issue_by_hand(system: LocalSystem, out: Path) -> str:
    """What the terminal's own process printed, its spans among it."""
    layout = system.installation.layout
    offset = system.installation.facts.clock_offset_seconds
    terminal = layout.terminal("komorebi-ichikawa-yawata-1")
    words = ["issue", "--terminal", str(terminal), "--card", str(layout.card(ICHIKAWA, CARD))]
    words += ["--municipality", ICHIKAWA, "--kind", "resident_record", "--household", "all"]
    ended = subprocess.run(
        [sys.executable, "-m", "store_terminal_sim", *words, "--out", str(out)],
        env=os.environ
        | TRACED
        | {
            "MADOGUCHI_ENVIRONMENT": "development",
            "MADOGUCHI_CLOCK_OFFSET_SECONDS": repr(offset),
        },
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return ended.stdout


def spans(text: str) -> Iterator[dict[str, Any]]:
    """The spans that a console exporter printed between other lines."""
    decoder = json.JSONDecoder()
    place = text.find("{")
    while place >= 0:
        try:
            found, end = decoder.raw_decode(text, place)
        except ValueError:
            end = place + 1
        else:
            if "context" in found:
                yield found
        place = text.find("{", end)


def traces(text: str) -> set[str]:
    return {span["context"]["trace_id"].removeprefix("0x") for span in spans(text)}


def log(system: LocalSystem, name: str) -> str:
    return (system.installation.layout.logs / f"{name}.log").read_text("utf-8")


async def events(dsn: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch("SELECT canonical FROM outbox WHERE type LIKE '%issuance%'")
    finally:
        await connection.close()
    return [json.loads(row["canonical"]) for row in rows]


def personal_values(system: LocalSystem) -> set[str]:
    register = json.loads(system.installation.layout.register.read_bytes())
    kept = {"name", "address", "head_of_household", "head_of_family_register"}
    found = {person[key] for person in register["persons"] for key in kept if person.get(key)}
    serials = {
        f"{holder.card.serial:x}" for town in system.installation.towns for holder in town.holders
    }
    return found | serials


def test_one_trace_leads_from_the_terminal_to_the_audit_event(
    traced: LocalSystem, tmp_path: Path
) -> None:
    dsn = traced.installation.facts.gateway_database
    before = asyncio.run(events(dsn))
    terminal = issue_by_hand(traced, tmp_path)
    asyncio.run(still(traced))
    told = [event for event in asyncio.run(events(dsn)) if event not in before]
    assert {event["type"].split(".")[2] for event in told} == {
        "accepted",
        "prepared",
        "delivered",
        "paid",
        "completed",
    }
    gateways = log(traced, "gateway-1") + log(traced, "gateway-2")
    adapter = log(traced, f"adapter-{ICHIKAWA}")
    [trace] = traces(terminal)
    assert {event["data"]["trace"] for event in told} == {trace}
    assert trace in traces(gateways)
    assert trace in traces(adapter)
    shown = terminal_spans_only(terminal) + gateways + adapter + log(traced, "relay")
    assert not [value for value in personal_values(traced) if value in shown]


def terminal_spans_only(text: str) -> str:
    """The terminal's screen may show what it shows; its spans may not."""
    return json.dumps(list(spans(text)), ensure_ascii=False)

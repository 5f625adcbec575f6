"""One paper is one trace: from the terminal over gateway and adapter into the audit stream."""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_stack.databases import PostgresServer
from local_stack.folders import card_keys
from local_stack.settling import settle
from local_stack.system import LocalSystem

TERMINAL, CODE = "komorebi-ichikawa-yawata-1", "122033"
TRACED = {"OTEL_TRACES_EXPORTER": "console"}
STATES = ["accepted", "prepared", "delivered", "paid", "completed"]


@pytest.fixture
def traced(postgres: PostgresServer, tmp_path: Path) -> Iterator[LocalSystem]:
    made = LocalSystem(
        tmp_path / "installation",
        postgres,
        prefix=f"system_{secrets.token_hex(4)}",
        card_keys=card_keys(),
        environment=TRACED,
    )
    try:
        with made:
            yield made
    finally:
        made.drop_databases()


@pytest.mark.system
def test_one_paper_is_one_trace_from_the_terminal_to_the_audit_stream(
    traced: LocalSystem, tmp_path: Path
) -> None:
    told = issued(traced, tmp_path / "papers")
    settle(traced)
    [trace] = traces(told)
    layout = traced.installation.layout
    for name in (f"adapter-{CODE}", "gateway-1"):
        assert trace in traces((layout.logs / f"{name}.log").read_text("utf-8"))
    events = [json.loads(line) for line in layout.audit_file.read_bytes().splitlines()]
    of_paper = [event for event in events if ".issuance." in event["type"]]
    assert [event["type"].split(".")[2] for event in of_paper] == STATES
    assert {event["data"]["trace"] for event in of_paper} == {trace}
    opened = [event for event in events if event["type"] == "madoguchi.session.opened.v1"]
    assert [event["data"]["trace"] for event in opened] == [trace]


def issued(system: LocalSystem, papers: Path) -> str:
    """Let a terminal print one paper, in a process of its own; return what it says."""
    installation = system.installation
    holder = next(h for town in installation.towns for h in town.holders if h.municipality == CODE)
    offset = repr(installation.facts.clock_offset_seconds)
    given = {
        "--gateway": installation.facts.gateways[0],
        "--terminal": str(installation.layout.terminal(TERMINAL)),
        "--card": str(installation.layout.card(CODE, holder.name)),
        "--municipality": CODE,
        "--kind": "resident_record",
        "--out": str(papers),
    }
    simulated = {
        "MADOGUCHI_ENVIRONMENT": "development",
        "MADOGUCHI_CLOCK_OFFSET_SECONDS": offset,
    }
    pairs = [part for option in given.items() for part in option]
    ran = subprocess.run(
        [sys.executable, "-m", "store_terminal_sim", "issue", *pairs],
        env=os.environ | TRACED | simulated,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def traces(text: str) -> set[str]:
    """Return the ids of the traces whose spans a process printed."""
    return set(re.findall(r'"trace_id": "0x([0-9a-f]{32})"', text))

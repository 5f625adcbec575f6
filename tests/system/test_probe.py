"""A probe of a real adapter through a real gateway; its papers are audited, and cost nothing."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import asyncpg
import pytest
from checker.verdict import Verdict
from local_stack.installation.facts import GATEWAY_NAME
from local_stack.system import LocalSystem
from madoguchi.main import main
from madoguchi_wire_testing.commands import Said, run_command

ICHIKAWA = "122033"
KINDS = ("resident_record", "seal_registration")


def _environment(system: LocalSystem) -> Mapping[str, str]:
    layout, facts = system.installation.layout, system.installation.facts
    return {
        "MADOGUCHI_ENVIRONMENT": "development",
        "MADOGUCHI_CLOCK_OFFSET_SECONDS": str(facts.clock_offset_seconds),
        "GATEWAY_DATABASE_URL": facts.gateway_database,
        "GATEWAY_NAME": GATEWAY_NAME,
        "GATEWAY_TRUST_LIST": str(layout.trust_list),
        "GATEWAY_TRUST_ROOT": str(layout.trust_root),
    }


def _run(system: LocalSystem, *typed: str) -> Said:
    return asyncio.run(run_command(main, _environment(system), *typed))


def _probed(system: LocalSystem, terminal: str, card: str, *more: str) -> Said:
    layout = system.installation.layout
    return _run(
        system,
        *("onboard", "probe", ICHIKAWA, "--by", "sato", "--why", "it joins"),
        *("--terminal", str(layout.terminal(terminal)), "--card", str(layout.card(ICHIKAWA, card))),
        *more,
    )


def _rows(system: LocalSystem, statement: str) -> list[Any]:
    return asyncio.run(_fetched(system, statement))


async def _fetched(system: LocalSystem, statement: str) -> list[Any]:
    connection = await asyncpg.connect(system.installation.facts.gateway_database)
    try:
        return [tuple(row.values()) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


@pytest.mark.system
def test_a_good_adapter_holds_and_its_test_papers_are_audited_and_never_billed(
    system: LocalSystem, verdict: Callable[..., Verdict]
) -> None:
    told = _probed(system, "centre-test-1", "test", "--json")
    (one,) = json.loads(told.out)
    report = one["report"]
    assert [check for check in report["checks"] if not check["held"]] == []
    assert (told.code, one["held"]) == (0, True)
    assert [speed["kind"] for speed in report["speed"]] == list(KINDS)
    assert not any(word in told.out for word in ("試験", "架空", "見本町"))
    assert {state for (state,) in _rows(system, "SELECT state FROM issuances")} <= {
        "completed",
        "prepared",
    }
    assert _rows(system, "SELECT count(*) FROM issuances WHERE NOT test") == [(0,)]
    assert _rows(system, "SELECT count(*) FROM metering_records") == [(0,)]
    assert _rows(system, "SELECT count(*) FROM ledger_transfers") == [(0,)]
    shown = _run(system, "onboard", "report", ICHIKAWA)
    assert (shown.code, "checks held" in shown.out) == (0, True)
    faults = verdict(noted=False).faults
    assert {(one.name, one.what) for one in faults} == set()


@pytest.mark.system
def test_whoever_is_not_the_test_person_gets_no_test_paper(system: LocalSystem) -> None:
    told = _probed(system, "centre-test-1", "resident-03")
    assert told.code == 1
    assert "FELL SHORT  a paper comes out for the test person" in told.out
    assert "names the test person in `test_residents`" in told.out
    told = _probed(system, "komorebi-ichikawa-yawata-1", "test")
    assert told.code == 1
    assert "FELL SHORT  the terminal was enrolled for test papers" in told.out
    assert _rows(system, "SELECT DISTINCT state FROM issuances") == [("refused",)]
    shown = _run(system, "onboard", "report", ICHIKAWA)
    assert shown.code == 1

"""The page of joining, command by command, with a real adapter probed through a real gateway."""

import asyncio
import json
import re
import shlex
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from checker.verdict import Verdict
from local_stack.folders import ROOT
from local_stack.installation.facts import GATEWAY_NAME
from local_stack.system import LocalSystem
from madoguchi.main import main
from madoguchi_wire.order import MAXIMUM_COPIES
from madoguchi_wire_testing.commands import Said, run_command
from store_terminal_sim.terminal_folder import start_terminal

ICHIKAWA = "122033"
PAGE = ROOT / "docs/onboarding.md"
STEPS = {
    *("new", "check", "diff", "put", "probe", "report", "go-live"),
    *("rollback", "suspend", "resume", "list", "retire"),
}


def _environment(system: LocalSystem) -> Mapping[str, str]:
    layout, facts = system.installation.layout, system.installation.facts
    return {
        "MADOGUCHI_ENVIRONMENT": "development",
        "MADOGUCHI_CLOCK_OFFSET_SECONDS": str(facts.clock_offset_seconds),
        "GATEWAY_DATABASE_URL": facts.gateway_database,
        "GATEWAY_NAME": GATEWAY_NAME,
        "COLUMNS": "200",
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
def test_each_command_of_the_page_works_and_what_a_probe_prints_is_audited_and_never_billed(
    system: LocalSystem,
    verdict: Callable[..., Verdict],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layout, files = system.installation.layout, tmp_path / "files"
    shutil.copytree(layout.configuration, files)
    (tmp_path / "centre-test-1").symlink_to(layout.terminal("centre-test-1"))
    (tmp_path / "test-card").symlink_to(layout.card(ICHIKAWA, "test"))
    monkeypatch.chdir(tmp_path)
    own = files / "municipalities" / f"{ICHIKAWA}.yaml"
    # As many copies as any order can ask for: one more has to be refused all the same.
    filled = own.read_text("utf-8").replace(
        "maximum_copies: 5", f"maximum_copies: {MAXIMUM_COPIES}"
    )
    done: list[str] = []
    for words in _commands_of_the_page():
        if words[2] == "new":
            own.unlink()
        if words[2] == "put" and "put" in done:
            own.write_text(own.read_text("utf-8").replace(": 250", ": 300"), "utf-8")
        if words[2] == "probe" and "probe" not in done:
            _check_that_nobody_else_gets_a_test_paper(system)
        answer = _run(system, *words[1:])
        assert answer.code == 0, (words, answer.out, answer.errors)
        if words[2] == "new":
            assert _run(system, "onboard", "check", "files").code == 1
            own.write_text(
                f"{filled}\nclosings: [{{from: 2099-01-01, until: 2099-01-02}}]\n", "utf-8"
            )
        if words[2] == "report":
            assert "checks held" in answer.out
        if words[2] == "probe":
            assert not any(word in answer.out for word in ("試験", "架空", "見本町"))
        done.append(words[2])
    assert {*done} >= STEPS
    listed = json.loads(_run(system, "onboard", "list", "--json").out)
    standing = {one["municipality"]: (one["state"], one["version"]) for one in listed}
    assert standing == {ICHIKAWA: ("retired", 2), "131130": ("live", 1), "132047": ("live", 1)}
    assert _rows(system, "SELECT count(*) FROM issuances WHERE NOT test") == [(0,)]
    assert _rows(system, "SELECT count(*) FROM metering_records") == [(0,)]
    assert _rows(system, "SELECT count(*) FROM ledger_transfers") == [(0,)]
    assert verdict(noted=False).faults == ()


def _commands_of_the_page() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    commands = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert {words[0] for words in commands} == {"madoguchi"}
    return commands


def _check_that_nobody_else_gets_a_test_paper(system: LocalSystem) -> None:
    told = _probed(system, "centre-test-1", "resident-03")
    assert told.code == 1
    assert "FELL SHORT  a paper comes out for the test person" in told.out
    assert "names the test person in `test_residents`" in told.out
    told = _probed(system, "komorebi-ichikawa-yawata-1", "test")
    assert told.code == 1
    assert "FELL SHORT  the terminal was enrolled for test papers" in told.out
    assert _rows(system, "SELECT DISTINCT state FROM issuances") == [("refused",)]
    layout = system.installation.layout
    held = start_terminal(layout.terminal("centre-test-1"), system.clock)
    in_use = _probed(system, "centre-test-1", "test")
    held.journal.close()
    nowhere = _probed(system, "no-such-terminal", "test")
    for untried in (in_use, nowhere):
        assert untried.code == 2
        assert "Traceback" not in untried.errors
        assert "terminal" in untried.errors
    assert _run(system, "onboard", "report", ICHIKAWA).code == 1
    refused = _run(system, "onboard", "go-live", ICHIKAWA, "--by", "sato", "--why", "anyway")
    assert (refused.code, "falls short" in refused.errors) == (2, True)

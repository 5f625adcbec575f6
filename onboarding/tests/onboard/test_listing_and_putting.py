"""Listing and putting, as officers of the centre do; the page of it is run by tests/system."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from gateway.database.migrate import migrated
from local_stack.folders import ROOT
from local_stack.testing import MakeMigrated
from madoguchi.main import main
from madoguchi_wire_testing.commands import Said, run_command

ICHIKAWA = "122033"


@pytest.fixture
async def environment(
    migrated_database: MakeMigrated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Mapping[str, str]:
    """An officer's shell, in a folder with the samples as `files`."""
    for kind in ("municipalities", "chains"):
        shutil.copytree(ROOT / "deploy" / kind, tmp_path / "files" / kind)
    monkeypatch.chdir(tmp_path)
    return {
        "MADOGUCHI_ENVIRONMENT": "development",
        "GATEWAY_DATABASE_URL": await migrated_database(migrated),
        "GATEWAY_LIVE_WITHOUT_REPORT": "true",
    }


async def test_list_is_readable_and_all_goes_live_at_once(environment: Mapping[str, str]) -> None:
    async def onboard(*words: str) -> Said:
        return await run_command(main, environment, "onboard", *words)

    by = ("--by", "sato", "--why", "contracts are signed")
    assert "run `gateway migrate` first" not in (await onboard("list")).errors
    assert (await onboard("list")).out.endswith("no municipality yet\n")
    assert (await onboard("put", "files")).out.count("(draft)") == 3
    assert "nothing changed" in (await onboard("put", "files")).out
    waiting = (await onboard("list", "--waiting", "--state", "draft")).out.splitlines()
    assert waiting[1].split() == [ICHIKAWA, "draft", "市川市;", "draft", "1"]
    assert (await onboard("go-live", *by)).code == 2
    lived = await onboard("go-live", "--all", *by)
    assert lived.out.count(": live now, version 1") == 3
    assert (await onboard("go-live", "--all", *by)).out == "nothing waits for a decision\n"
    later = await onboard("suspend", ICHIKAWA, *by, "--from", "2099-04-01T00:00+09:00")
    assert ": suspended from 2099-03-31T15:00:00Z on, version 1" in later.out
    listed = (await onboard("list", "--waiting")).out.splitlines()
    assert "; suspended, version 1, from 2099-04-01 00:00 on" in listed[1]
    assert listed[-1] == "3 municipalities: 3 live"
    (waits,) = json.loads((await onboard("list", "--waiting", "--json")).out)
    assert (waits["state"], waits["waits"]["state"]) == ("live", "suspended")
    assert "which waited, falls away" in (await onboard("suspend", ICHIKAWA, *by)).out
    refused = await onboard("resume", "131130", *by)
    assert refused.code == 2
    assert "municipality 131130: it is live: resume is not possible" in refused.errors


async def test_a_fault_in_a_file_is_told_and_changes_nothing(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    (tmp_path / "files/chains/komorebi.yaml").write_text("chain: [")
    refused = await run_command(main, environment, "onboard", "put", "files")
    assert refused.code == 2
    assert "chains/komorebi.yaml" in refused.errors
    assert "Traceback" not in refused.errors
    listed = await run_command(main, environment, "onboard", "list", "--json")
    assert json.loads(listed.out) == []

"""A short soak: one of each kind of fault strikes live issuances, and the history holds."""

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from checker.verdict import Verdict
from local_stack.folders import ROOT
from proofs.evidence.kept import SOAK
from proofs.evidence.parts import FOLDER
from proofs.soak.ledger import Entry, Struck, add, read, summary, upper_bound
from proofs.soak.run import run
from proofs.soak.seen import Seen, Wanted
from proofs.soak.strikes import ACTS
from proofs.soak.unfinished import kept_if_unfinished

ONE_OF_EACH = (
    *(("kill", "gateway-1"), ("kill", "adapter-122033"), ("kill", "relay"), ("kill", "postgres")),
    *(("cut", "terminals to gateway-1"), ("hold", "gateway to database")),
    *(("slow", "gateway to adapter-131130"), ("answers lost", "terminals to gateway-2")),
    *(("power", "terminals"), ("clock", "gateway-2"), ("disk", "relay")),
    *(("mixed up", "gateway to adapter-122033"), ("not mine", "terminals")),
)


@pytest.mark.system
def test_something_feels_each_fault_and_the_history_holds(tmp_path: Path) -> None:
    told: list[str] = []
    wanted = Wanted(
        tmp_path / "run",
        seed=2010,
        seconds=0,
        terminals=24,
        think_s=3,  # those of `make soak` never rest, and leave nothing to who runs beside them
        pause_s=0.5,
        only=ONE_OF_EACH,
    )
    seen = run(wanted, told.append)
    assert seen.verdict.faults == ()
    assert seen.missed == []
    assert sorted((one.kind, one.target) for one in seen.struck) == sorted(ONE_OF_EACH)
    assert min(one.effect for one in seen.struck) >= 1
    assert seen.verdict.issuances["completed"] >= 100
    assert seen.verdict.papers >= seen.verdict.issuances["completed"]
    assert seen.power_cuts >= 1
    assert seen.network.repeated >= 10
    assert seen.network.overtaken >= 1
    assert seen.occurred["quarantined, then decided"] >= 2
    assert seen.occurred["stops, then released"] >= 1 + 1, "the city of the mix-up, and a path"
    for papers in ("of several pages", "of several persons", "of a vendor"):
        assert seen.occurred[f"papers {papers}"] >= 1
    assert seen.holds


def test_runs_add_up_and_a_line_that_a_crash_cut_short_is_none(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    entry = Entry(
        seed=1,
        seconds=60,
        commit="abc",
        day="2026-11-23",
        issuances={"completed": 100, "voided": 2},
        papers=101,
        events=500,
        wrong_person=0,
        faults_found={},
        occurred={"completed": 100, "expired": 0},
        repeated_requests=10,
        overtaken_requests=1,
        power_cuts=1,
        struck=(Struck(kind="kill", target="relay", effect=3),),
        holds=True,
    )
    add(ledger, entry)
    add(ledger, entry)
    with ledger.open("a") as file:
        file.write('{"seed": 3, "sec')
    assert read(ledger) == [entry, entry]
    assert "204 issuances: 200 completed, 4 voided" in summary(read(ledger))
    assert "202 papers opened" in summary(read(ledger))
    assert "NEVER OCCURRED: expired" in summary(read(ledger))


def test_a_run_that_ends_by_an_error_is_in_the_ledger_and_its_text_is_not(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    grouped = ExceptionGroup("", [ValueError("about a person")])
    for error in (grouped, KeyboardInterrupt()):
        with pytest.raises(type(error)), kept_if_unfinished(ledger, 7):
            raise error
    with kept_if_unfinished(ledger, 8):
        pass
    crashed, off = read(ledger)
    assert (crashed.seed, crashed.ended_by, crashed.holds) == (7, "ValueError", False)
    assert off.broken_off
    assert "about a person" not in ledger.read_text()
    assert "1 runs did not hold" in summary([crashed, off])


def test_a_line_of_before_is_read() -> None:
    kept = ROOT / FOLDER / SOAK
    assert len(read(kept)) == len(kept.read_text().splitlines()) > 0


def seen_with(kinds: Iterable[str], expired: int) -> Seen:
    struck = [Struck(kind=kind, target="x", effect=1) for kind in kinds]
    verdict = cast("Verdict", SimpleNamespace(holds=True))
    return Seen(verdict, struck, [], 1.0, occurred={"completed": 1, "expired": expired})


def test_a_run_with_all_kinds_of_faults_fails_if_an_end_never_occurred() -> None:
    assert seen_with(ACTS, expired=1).holds
    assert not seen_with(ACTS, expired=0).holds
    assert seen_with(ACTS, expired=0).lacking == ["expired"]
    assert seen_with(["kill"], expired=0).holds, "a short run does not have everything"


def test_the_bound_is_the_rule_of_three() -> None:
    assert upper_bound(1_000_000) == pytest.approx(3e-6, rel=0.002)
    assert upper_bound(1) == pytest.approx(0.95)
    assert upper_bound(0) == 1

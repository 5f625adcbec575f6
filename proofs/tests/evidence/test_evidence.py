"""Evidence says what was run, whatever came of it, and the kept page is the one it draws."""

import json
from pathlib import Path
from typing import Any

import pytest
from local_stack.folders import ROOT
from proofs.drill.result import Kill, Report
from proofs.evidence.kept import SOAK, Kept, add_runs, read_kept
from proofs.evidence.page import PAGE, PICTURE, page, write_page
from proofs.evidence.parts import FOLDER
from proofs.evidence.picture import picture
from proofs.soak.ledger import BROKEN_OFF, Entry, Struck, add, read


def run(seed: int, wrong: int = 0, *, holds: bool = True) -> Entry:
    return Entry(
        seed=seed,
        seconds=60,
        commit="abc",
        day="2026-11-23",
        issuances={"completed": 900, "voided": 100},
        papers=901,
        events=5000,
        wrong_person=wrong,
        faults_found={} if holds else {"wrong-person": 1},
        occurred={"completed": 900, "expired": 0},
        repeated_requests=10,
        overtaken_requests=2,
        power_cuts=1,
        struck=(Struck(kind="kill", target="relay", effect=30),),
        holds=holds,
    )


def test_the_kept_page_and_picture_are_those_that_the_kept_reports_draw(tmp_path: Path) -> None:
    kept = ROOT / FOLDER
    for path in kept.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    write_page(tmp_path)
    for name in (PAGE, PICTURE):
        assert (tmp_path / name).read_text("utf-8") == (kept / name).read_text("utf-8")


def test_runs_are_added_once_however_often_they_are_kept(tmp_path: Path) -> None:
    ledger, folder = tmp_path / "ledger.jsonl", tmp_path / "kept"
    add(ledger, run(1))
    assert add_runs(ledger, folder) == [run(1)]
    add(ledger, run(2))
    assert add_runs(ledger, folder) == [run(1), run(2)]
    assert read(folder / SOAK) == add_runs(ledger, folder) == [run(1), run(2)]


def test_all_runs_together_give_the_numbers_and_the_bound() -> None:
    text = page({}, [run(1), run(2)])
    assert "2,000 issuances" in text
    assert "opened all 1,802 papers: **0 showed another person**" in text
    assert "below 1.7e-3 (one in 602)" in text
    assert ">2</text>" in picture([run(1), run(2)])
    assert "Seeds: 1, 2." in text


def test_a_page_of_nothing_claims_nothing() -> None:
    text = page({}, [])
    assert "this page claims nothing" in text
    assert "wrong papers" not in text
    assert "0 papers" not in text


def test_what_felt_the_faults_and_what_never_occurred_is_said() -> None:
    text = page({}, [run(1), run(2)])
    assert "of the relay, events that waited | 30 |" in text
    assert "1,800 completed" in text
    assert "**Never occurred: expired.**" in text
    assert "| requests overtaken by later ones | 4 |" in text


def test_what_does_not_hold_is_said_and_no_bound_is_given() -> None:
    text = page({}, [run(1), run(7, wrong=1, holds=False)])
    assert "**1 showed another person**" in text
    assert "confidence" not in text
    assert "**did not hold**: seed 7, commit abc: 1 wrong-person" in text
    assert "Of 2 runs, 1 did not hold: 1 wrong-person." in text
    assert "2回の実行のうち不合格は1回です" in text


def test_a_run_that_never_finished_did_not_hold_and_one_that_was_broken_off_is_neither() -> None:
    crashed = Entry.unfinished(8, "abd", "2026-11-24", 30, "NotSettled")
    off = Entry.unfinished(9, "abd", "2026-11-24", 30, BROKEN_OFF)
    text = page({}, [run(1), crashed, off])
    assert "**did not hold**: seed 8, commit abd: ended by NotSettled" in text
    assert "- broken off by a person: seed 9" in text
    assert "Of 2 runs, 1 did not hold: ended by NotSettled." in text
    assert "（理由：NotSettledで途中終了）" in text
    assert "| minutes under load | 1 |" in text
    assert "Every run held." in page({}, [run(1), off])
    assert "this page claims nothing" in page({}, [off])


def test_the_page_says_of_whose_code_the_runs_are() -> None:
    other = run(2).model_copy(update={"commit": "abd"})
    text = page({}, [run(1), other, run(3)])
    assert "| abc | 2 | 2,000 |\n| abd | 1 | 1,000 |" in text


@pytest.mark.parametrize("survived", [["the deadline"], []])
def test_a_check_whose_loss_nothing_noticed_is_named(survived: list[str]) -> None:
    report: Any = {"guards": [], "survived": survived, "total": 3}
    text = page({"guards": Kept(commit="abc", day="2026-11-23", report=report)}, [])
    assert ("nothing noticed the loss of the deadline" in text) is bool(survived)
    assert f"{3 - len(survived)} of them made a test fail" in text


@pytest.mark.parametrize("archive", [500, 499])
def test_an_event_that_is_missing_after_the_drill_is_said(archive: int) -> None:
    kill = Kill(target="relay", at_s=1, met=3, down_s=2)
    report = Report(
        seed=7,
        seconds=60,
        papers=50,
        kills=(kill, kill),
        missed=(),
        outbox=500,
        kafka=500,
        repeats=1,
        archive=archive,
        stamps=9,
        caught_up_s=1,
        faults=() if archive == 500 else ("the archive lacks 1 event",),
        verified=True,
        relay_events_per_s=4000,
    )
    kept = Kept(commit="abc", day="2026-11-23", report=report.model_dump(mode="json"))
    text = page({"audit-drill": kept}, [])
    assert ("It holds." in text) is (archive == 500)
    assert ("- **the archive lacks 1 event**" in text) is (archive != 500)
    assert "relay 2 times" in text


def test_a_report_is_read_as_it_was_kept(tmp_path: Path) -> None:
    kept = Kept(commit="abc", day="2026-11-23", report={"total": 1, "名": [1, None, True]})
    kept.write(tmp_path / "guards.json")
    assert read_kept(tmp_path) == {"guards": kept}
    assert json.loads((tmp_path / "guards.json").read_bytes())["report"]["名"] == [1, None, True]

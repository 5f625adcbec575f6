"""Evidence that is not there: what nobody can look at holds nothing."""

import shutil

import pytest
from checker.fault import FaultName
from checker.main import main
from checker.testing import Planted

N = FaultName


def every_issuance(planted: Planted) -> set[str]:
    return {row[0] for row in planted.sql("SELECT issuance_id::text FROM issuances")}


def test_a_history_that_nobody_watched(planted: Planted) -> None:
    (planted.installation / "askings.jsonl").unlink()
    assert planted.found()[N.ASKING_MISSING] == every_issuance(planted)


def test_notes_that_are_empty(planted: Planted) -> None:
    planted.rewrite_askings(lambda _notes: [])
    assert planted.found()[N.ASKING_MISSING] == every_issuance(planted)


def test_one_note_that_is_missing(planted: Planted) -> None:
    issuance = planted.issuance("pages = 2")
    order = planted.order_of(issuance)
    planted.rewrite_askings(lambda notes: [one for one in notes if one["order"] != order])
    assert planted.found()[N.ASKING_MISSING] == {issuance}


def test_an_order_that_was_noted_at_another_terminal(planted: Planted) -> None:
    issuance = planted.issuance("pages = 2")
    order = planted.order_of(issuance)
    planted.rewrite_askings(
        lambda notes: [
            one | {"terminal": "elsewhere"} if one["order"] == order else one for one in notes
        ]
    )
    assert planted.found() == {N.ASKED_BY_ANOTHER: {issuance}}


def test_a_paper_that_came_out_while_somebody_else_stood_there(planted: Planted) -> None:
    first, other = planted.issuance("pages = 2"), planted.issuance("kind = 'seal_registration'")
    order = planted.order_of(other)
    planted.rewrite_askings(
        lambda notes: [
            one | {"papers": [first]} if one["order"] == order else one | {"papers": []}
            for one in notes
        ]
    )
    assert planted.found()[N.ASKED_BY_ANOTHER] == {first}


def test_whoever_says_that_nobody_noted_is_judged_by_the_cards_alone(planted: Planted) -> None:
    (planted.installation / "askings.jsonl").unlink()
    arguments = ["--installation", str(planted.installation), "--documents", str(planted.papers)]
    assert main(arguments) == 1
    assert main([*arguments, "--nobody-noted"]) == 0


@pytest.mark.parametrize("whose", ["one", "all"])
def test_journals_that_are_missing(planted: Planted, whose: str) -> None:
    used = {row[0] for row in planted.sql("SELECT DISTINCT terminal FROM issuances")}
    gone = used if whose == "all" else {min(used)}
    for terminal in gone:
        (planted.installation / "terminals" / terminal / "journal.jsonl").unlink()
    assert planted.found()[N.JOURNAL_MISSING] == gone


def test_a_terminal_whose_whole_folder_is_missing(planted: Planted) -> None:
    terminal = planted.terminal_of(planted.issuance())
    shutil.rmtree(planted.installation / "terminals" / terminal)
    assert planted.found() == {N.JOURNAL_MISSING: {terminal}}


def test_a_machine_log_that_is_missing(planted: Planted) -> None:
    terminal = planted.terminal_of(planted.issuance())
    (planted.installation / "terminals" / terminal / "machine.jsonl").unlink()
    assert planted.found()[N.MACHINE_LOG_MISSING] == {terminal}

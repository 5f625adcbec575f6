"""The list of guards is complete, and each of them is in the code as it is declared."""

import subprocess
import sys
from pathlib import Path

import pytest
from gateway.issuances.life import TRANSITIONS
from gateway.issuances.life import Guard as Condition
from local_stack.folders import ROOT
from proofs.guards.design import CHECKS
from proofs.guards.guard import Cut, DoesNotApply, Guard, named, read
from proofs.guards.lists import GUARDS
from proofs.guards.lists.life import CONDITIONS, JUDGED, ROWS, name_of


def test_every_check_of_the_design_has_a_guard_in_each_part_that_runs_it() -> None:
    declared = {(guard.design, guard.part) for guard in GUARDS.values()}
    wanted = {(check, part) for check, parts in CHECKS.items() for part in parts}
    assert wanted - declared == set(), "checks of design §4 without a guard"
    of_the_design = {pair for pair in declared if pair[0].startswith("§4") and pair[1] != "shared"}
    assert of_the_design - wanted == set(), "guards of a check that design §4 does not have"


def test_every_row_of_the_table_and_every_guard_of_a_row_is_declared() -> None:
    rows = {name_of(row) for row in TRANSITIONS}
    guarded = {name_of(row) for row in TRANSITIONS if row.guard is not Condition.NONE}
    assert set(ROWS) == rows
    assert set(CONDITIONS) == guarded
    declared = {name for name in GUARDS if name.startswith(("gateway.row.", "gateway.guard."))}
    assert declared == {f"gateway.row.{name}" for name in rows} | {
        f"gateway.guard.{name}" for name in guarded
    }


def test_every_guard_that_the_statement_judges_is_declared() -> None:
    judged = {guard.name.split(".")[2] for guard in JUDGED}
    assert {one.name.lower() for one in Condition if one is not Condition.NONE} <= judged


def test_every_chosen_test_is_there(request: pytest.FixtureRequest) -> None:
    chosen = dict.fromkeys(test for guard in GUARDS.values() for test in guard.tests)
    # Whoever runs all tests has found them already; without their parameters they stand for all.
    there = {one.nodeid for one in request.session.items}
    there |= {nodeid.partition("[")[0] for nodeid in there}
    left = [one for one in chosen if one not in there]
    if not left:
        return
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *left],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("name", list(GUARDS))
def test_each_guard_is_in_the_code_as_it_is_declared(name: str) -> None:
    guard = GUARDS[name]
    assert guard.design.startswith("§")
    assert guard.tests
    texts = {cut.file: read(ROOT, cut) for cut in guard.cuts}
    for cut in guard.cuts:
        texts[cut.file] = cut.applied(texts[cut.file])


@pytest.mark.parametrize(
    ("cut", "text"),
    [
        (Cut("a.py", "if b:", "if False:"), "if a:\n    pass\n"),
        (Cut("a.py", "if a:", "if False:"), "if a:\n    pass\nif a:\n    pass\n"),
        (Cut("a.py", "if a:", "if :"), "if a:\n    pass\n"),
        (Cut("a.py", "if a:", "if a:"), "if a:\n    pass\n"),
        (Cut("a.py", "if a:", "if False:", after="def b"), "if a:\n    pass\n"),
        (Cut("a.py", "if a:", "if False:", after="pass"), "if a:\n    pass\n"),
    ],
    ids=["gone", "twice", "no Python", "the same", "no anchor", "before its anchor"],
)
def test_what_no_longer_applies_is_an_error(cut: Cut, text: str) -> None:
    with pytest.raises(DoesNotApply):
        cut.applied(text)


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DoesNotApply):
        read(tmp_path, Cut("a.py", "a", "b"))


def test_two_guards_of_one_name_are_an_error() -> None:
    one = Guard("gateway.one", "§4 life", (Cut("a.py", "a", "b"),), ("test.py",))
    with pytest.raises(ValueError, match=r"gateway\.one"):
        named((one, one))

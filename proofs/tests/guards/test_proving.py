"""Three guards taken out of a copy, one of each part; `make guards` takes out all of them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from local_stack.folders import ROOT
from proofs.guards.guard import Cut, Guard
from proofs.guards.lists import GUARDS
from proofs.guards.proving import Result, prove, prove_all, runners_for
from proofs.guards.report import write
from proofs.guards.running import NotRun, Runner
from proofs.guards.verdict import is_assertion

CHOSEN = ("terminal.page.number", "gateway.hours", "adapter.person.protected")
PRODUCTS = ("madoguchi_wire", "gateway", "municipal_adapter", "store_terminal_sim", "checker")
WHERE = "import {0}; print({0}.__file__)"


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """A copy of this tree."""
    with runners_for(ROOT, 1) as (made,):
        yield made


@pytest.fixture(scope="module")
def one() -> Guard:
    return GUARDS[CHOSEN[0]]


def _broken(guard: Guard, new: str) -> Guard:
    """Return a guard whose removal leaves something else."""
    (cut,) = guard.cuts
    return replace(guard, cuts=(replace(cut, new=new),))


def test_a_test_notices_each_of_three(runner: Runner, tmp_path: Path) -> None:
    told: list[str] = []
    results = prove_all([runner], [GUARDS[name] for name in CHOSEN], told.append)
    assert [(one.error, one.survived) for one in results] == [(None, False)] * 3
    assert len(told) == 4
    write(tmp_path / "report.json", results)
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert [row["guard"] for row in report["guards"]] == list(CHOSEN)
    assert all(row["test"].startswith(GUARDS[row["guard"]].tests[0]) for row in report["guards"])
    assert (report["survived"], report["total"]) == ([], 3)


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_copys_code_is_what_runs(runner: Runner, product: str) -> None:
    """In other processes, too."""
    ran = subprocess.run(
        [sys.executable, "-c", WHERE.format(product)],
        cwd=runner.tree.root,
        env=runner.tree.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(ran.stdout.strip()).is_relative_to(runner.tree.root)


def test_tests_that_run_other_code_than_the_copys_say_nothing(runner: Runner, one: Guard) -> None:
    elsewhere = replace(runner, tree=replace(runner.tree, original=runner.tree.root))
    with pytest.raises(NotRun, match="outside of the copy"):
        elsewhere.run(one.tests, 60)


def test_the_tree_itself_is_never_touched(runner: Runner, one: Guard) -> None:
    (cut,) = one.cuts
    before = (ROOT / cut.file).read_text("utf-8")
    with runner.tree.without(one.cuts):
        assert (runner.tree.root / cut.file).read_text("utf-8") == cut.applied(before)
        assert (ROOT / cut.file).read_text("utf-8") == before
    assert (runner.tree.root / cut.file).read_text("utf-8") == before


def test_a_guard_that_nobody_misses_survives(runner: Runner, one: Guard) -> None:
    harmless = _broken(one, f"if {one.cuts[0].old.removeprefix('if ').removesuffix(':')} and True:")
    result = prove(runner, harmless)
    assert (result.survived, result.tests, result.error) == (True, (), None)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("if nothing_of_this_name:", "no assertion failed"),
        ("if (", "no Python"),
    ],
    ids=["another error", "no Python"],
)
def test_a_test_that_could_not_go_on_proves_nothing(
    runner: Runner, one: Guard, new: str, words: str
) -> None:
    result = prove(runner, _broken(one, new))
    assert result.tests == ()
    assert not result.survived
    assert words in str(result.error)


def test_a_module_that_cannot_be_imported_proves_nothing(runner: Runner, one: Guard) -> None:
    cut = Cut(one.cuts[0].file, "import unicodedata", "import no_such_module")
    result = prove(runner, replace(one, cuts=(cut,)))
    assert (result.tests, result.survived) == ((), False)
    assert result.error


def test_what_no_longer_applies_proves_nothing(runner: Runner, one: Guard) -> None:
    cut = Cut(one.cuts[0].file, "if this_is_not_there:", "if False:")
    result: Result = prove(runner, replace(one, cuts=(cut,)))
    assert (result.tests, result.survived) == ((), False)
    assert "not there once" in str(result.error)


def test_a_test_that_fails_anyway_proves_nothing(runner: Runner, one: Guard) -> None:
    with runner.tree.without(one.cuts):
        (result,) = prove_all([runner], [one], lambda _line: None)
    assert (result.tests, result.survived) == ((), False)
    assert "does not pass on the untouched copy" in str(result.error)


def test_a_test_that_is_not_there_ends_it(runner: Runner, one: Guard) -> None:
    with pytest.raises(NotRun, match="not found"):
        prove_all([runner], [replace(one, tests=(f"{one.tests[0]}no",))], lambda _line: None)


def test_only_assertions_count() -> None:
    assert is_assertion(AssertionError())
    with pytest.raises(pytest.fail.Exception) as failed:
        pytest.fail("did not raise")
    assert is_assertion(failed.value)
    assert is_assertion(ExceptionGroup("two", [AssertionError(), AssertionError()]))
    assert not is_assertion(ExceptionGroup("two", [AssertionError(), ValueError()]))
    assert not is_assertion(ValueError())

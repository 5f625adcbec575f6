"""The explorer visits what it should, finds what is planted, and finds nothing in the product."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from gateway.issuances.life import TRANSITIONS, Cause, State, may_move
from proofs.model.controls import Control, controls
from proofs.model.explorer import Explorer, Next
from proofs.model.judging import INVARIANTS
from proofs.model.report import BreakageReport, WorldReport, report_of
from proofs.model.table import key_of, table_in_force
from proofs.model.worlds import LIAR, ONE, TWO, Exploration

CONTROLS = {control.name: control for control in controls()}


def test_every_row_of_the_products_table_is_used_and_nothing_wrong_comes_of_it() -> None:
    explored, world = ONE.with_faults(3).run()
    assert explored.found == []
    assert world.used == {key_of(row) for row in TRANSITIONS}
    assert explored.states > 15_000
    assert explored.at_rest > 100


@pytest.mark.parametrize("world", [LIAR.with_faults(2), TWO.with_faults(0)], ids=lambda w: w.name)
def test_nothing_wrong_is_found_in_other_worlds(world: Exploration) -> None:
    explored, _ = world.run()
    assert explored.found == []


@pytest.mark.parametrize("name", sorted(CONTROLS))
def test_what_is_broken_on_purpose_is_found(name: str) -> None:
    found = CONTROLS[name].found()
    assert found is not None
    assert found.wrong in INVARIANTS
    assert found.trace


def test_a_control_that_breaks_nothing_finds_nothing() -> None:
    assert Control("nothing", world=LIAR).found() is None


def test_another_table_is_in_force_only_for_a_while() -> None:
    row = (State.PAID, State.COMPLETED, Cause.REPORT)
    with table_in_force(one for one in TRANSITIONS if key_of(one) != row):
        assert not may_move(*row)
    assert may_move(*row)


@dataclass
class Line:
    """Places in a row: one step onward each, and a trap behind the last that no step leaves."""

    length: int
    trap: bool = False

    def start(self) -> int:
        return 0

    def steps(self, state: int) -> Iterable[Next[int]]:
        if 0 <= state < self.length:
            yield Next("on", counts=False, can_be_waited_for=True, to=state + 1, wrong=())
        if self.trap and state == 1:
            yield Next("falls", counts=True, can_be_waited_for=False, to=-1, wrong=())

    def wrong(self, state: int) -> Iterable[str]:
        return ["far"] if state == 3 else []

    def is_rest(self, state: int) -> bool:
        return state == self.length

    def told(self, state: int) -> str:
        return str(state)


def test_the_shortest_way_to_what_is_wrong_is_told() -> None:
    explored = Explorer(Line(5)).run()
    assert explored.states == 6
    assert [(one.wrong, len(one.trace)) for one in explored.found] == [("far", 3)]


def test_a_state_without_a_way_to_an_end_is_told() -> None:
    assert Explorer(Line(2)).run().found == []
    (found,) = Explorer(Line(2, trap=True)).run().found
    assert found.wrong == "an end can no longer be reached"
    assert found.trace[-1].startswith("falls")
    assert Explorer(Line(2, trap=True), faults=0).run().states == 3


def test_a_report_holds_only_if_nothing_was_found_but_what_was_planted() -> None:
    world = WorldReport(
        name="w", faults=None, states=3, transitions=4, at_rest=1, seconds=1, wrong={}
    )
    wrong = world.model_copy(update={"wrong": {INVARIANTS[0]: ("a step",)}})
    found, missed = BreakageReport(name="b", found=True), BreakageReport(name="c", found=False)
    assert report_of([world], [found], [], 1).holds
    assert not report_of([world], [found, missed], [], 1).holds
    assert not report_of([world, wrong], [found], [], 1).holds
    assert not report_of([world], [found], ["a row"], 1).holds

"""Power is cut at every single step, and again at every step of the recovery."""

from collections.abc import Iterator

import pytest
from madoguchi_wire.order import Kind
from madoguchi_wire.reports import TerminalReport
from madoguchi_wire.signed import unverified_payload
from store_terminal_sim.core.effects import AcknowledgeTray, Effect, Print, TakeMoney
from store_terminal_sim.core.entries import ReportWritten
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.problems import TrayNotCleared
from store_terminal_sim.core.recovery import recover
from store_terminal_sim.core.serve import serve
from store_terminal_sim.driver.failures import CutAt, Moment, PowerCut
from store_terminal_sim.testing.world import ICHIKAWA, TERMINAL, World, new_world

APPLICATION = Application(ICHIKAWA, Kind.SEAL_REGISTRATION)


class CutAtStep:
    """Cuts power at the n-th moment; each step has one before it and one after it."""

    def __init__(self, moment: int | None) -> None:
        self.cut_at, self.passed = moment, 0
        self.effects: list[Effect] = []

    def __call__(self, effect: Effect, moment: Moment) -> None:
        if moment == "before":
            self.effects.append(effect)
        if self.passed == self.cut_at:
            raise PowerCut
        self.passed += 1


def run_until(world: World, moment: int | None) -> CutAtStep:
    cut, driver = CutAtStep(moment), world.driver()
    driver.observe = cut
    driver.run(serve(world.switched_on(), APPLICATION))
    return cut


def recover_until(world: World, moment: int | None) -> CutAtStep:
    cut, driver = CutAtStep(moment), world.driver()
    driver.observe, driver.counter.cardholder = cut, None
    driver.run(recover(world.switched_on()))
    return cut


def worlds_after_every_cut() -> Iterator[World]:
    moments = run_until(new_world(), None).passed
    assert moments > 40
    for moment in range(moments):
        world = new_world()
        with pytest.raises(PowerCut):
            run_until(world, moment)
        yield world


def assert_ended_well(world: World) -> None:
    """Every issuance whose document was asked for has one end, and the money fits it."""
    assert set(world.gateway.states.values()) <= {"prepared", "completed", "voided"}
    for issuance, state in world.gateway.states.items():
        paid = world.machine.inserted.get(issuance, 0)
        held = paid - world.machine.refunded.get(issuance, 0)
        assert (state, held) in {("completed", 250), ("voided", 0), ("prepared", 0)}
        if state == "completed":
            assert issuance in world.machine.papers
    memory = world.switched_on().memory
    assert memory.papers == {}
    assert memory.unanswered == {}
    assert_numbers_never_reused(world)


def assert_numbers_never_reused(world: World) -> None:
    written = [entry for entry in world.journal.entries if isinstance(entry, ReportWritten)]
    assert [entry.sequence for entry in written] == list(range(1, len(written) + 1))
    for entry in written:
        report = TerminalReport.parsed(unverified_payload(entry.token))
        assert report.sequence == entry.sequence
        assert world.gateway.reports_of(TERMINAL)[entry.sequence] == entry.token


def test_after_a_cut_at_any_step_every_paper_has_one_end_and_nothing_is_printed() -> None:
    seen = set[str]()
    for world in worlds_after_every_cut():
        printed = dict(world.machine.papers)
        effects = recover_until(world, None).effects
        assert not any(isinstance(effect, Print | TakeMoney) for effect in effects)
        assert world.machine.papers == printed
        assert_ended_well(world)
        seen |= set(world.gateway.states.values())
    assert seen == {"prepared", "completed", "voided"}


def test_further_cuts_at_every_step_of_the_recovery_change_nothing() -> None:
    for world in worlds_after_every_cut():
        for moment in range(200):
            try:
                recover_until(world, moment)
            except PowerCut:
                continue
            break
        else:
            pytest.fail("the recovery never came to its end")
        assert_ended_well(world)


def test_the_next_customer_is_served_after_any_cut() -> None:
    for world in worlds_after_every_cut():
        served = world.driver().run(serve(world.switched_on(), APPLICATION))
        assert len(served.printed) == 1
        assert_ended_well(world)


def test_after_a_cut_while_printing_the_tray_must_be_cleared_first() -> None:
    world = new_world()
    driver = world.driver()
    driver.observe = CutAt("Print", "after")
    with pytest.raises(PowerCut):
        driver.run(serve(world.switched_on(), APPLICATION))
    recover_until(world, None)

    nobody = world.driver()
    assert nobody.counter.cardholder is not None
    nobody.counter.cardholder.staff_clear_tray = False
    with pytest.raises(TrayNotCleared):
        nobody.run(serve(world.switched_on(), APPLICATION))

    cleared = run_until(world, None).effects
    assert sum(isinstance(effect, AcknowledgeTray) for effect in cleared) == 1
    again = run_until(world, None).effects
    assert not any(isinstance(effect, AcknowledgeTray) for effect in again)

"""Whatever may lie in the tray waits for the staff: no further paper, no next session."""

import pytest
from madoguchi_wire.order import Kind
from store_terminal_sim.core.entries import TrayDoubt, TrayInDoubt
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.problems import TrayNotCleared
from store_terminal_sim.core.serve import Served, serve
from store_terminal_sim.testing.world import ICHIKAWA, World, new_world

TWO_COPIES = Application(ICHIKAWA, Kind.SEAL_REGISTRATION, copies=2)


def _served(world: World, *, recognised: bool = True, staff: bool = True) -> Served:
    driver = world.driver()
    person = driver.counter.cardholder
    assert person is not None
    person.recognise = lambda _document: recognised
    person.staff_clear_tray = staff
    return driver.run(serve(world.switched_on(), TWO_COPIES))


def _jam(world: World) -> Served:
    world.machine.faults.printer_fails = True
    served = _served(world)
    world.machine.faults.printer_fails = False
    return served


def test_after_a_jam_no_further_copy_is_begun() -> None:
    world = new_world()
    served = _jam(world)
    assert (len(served.printed), len(served.voided), len(served.left)) == (0, 1, 1)
    assert world.machine.cash() == 0


def test_after_a_jam_the_next_session_waits_for_the_staff() -> None:
    world = new_world()
    _jam(world)
    with pytest.raises(TrayNotCleared):
        _served(world, staff=False)
    assert len(_served(world).printed) == 2


def test_after_a_paper_of_somebody_else_the_next_session_waits_for_the_staff() -> None:
    world = new_world()
    served = _served(world, recognised=False)
    assert (len(served.printed), len(served.left)) == (1, 1)
    with pytest.raises(TrayNotCleared, match="destroy nothing"):
        _served(world, staff=False)


def test_what_is_not_its_cardholders_stays_evidence_though_more_happens() -> None:
    terminal = new_world().switched_on()
    doubts: tuple[TrayDoubt, ...] = ("not_mine", "print_failed", "restarted")
    for doubt in doubts:
        terminal.memory.apply(TrayInDoubt(doubt=doubt))
    assert terminal.memory.tray_in_doubt == "not_mine"

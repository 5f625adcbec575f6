"""Coins leave the machine once, and once in its reports, wherever power is cut."""

from collections.abc import Callable, Iterator

import pytest
from madoguchi_wire.order import Kind
from madoguchi_wire.reports import CashCollected, CashCounted, Paid, ReportBody, TerminalReport
from madoguchi_wire.signed import unverified_payload
from store_terminal_sim.core.effects import Effect, Flow, NoAnswer
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.serve import serve
from store_terminal_sim.core.staff import collect_cash, report_cash
from store_terminal_sim.core.terminal import Terminal
from store_terminal_sim.driver.failures import Moment, PowerCut
from store_terminal_sim.driver.sync_driver import SyncDriver
from store_terminal_sim.testing.world import ICHIKAWA, TERMINAL, World, new_world

FEE = 250
APPLICATION = Application(ICHIKAWA, Kind.SEAL_REGISTRATION)


class CutAt:
    """Cuts power at the n-th moment; each step has one before it and one after it."""

    def __init__(self, moment: int | None) -> None:
        self.moment, self.passed = moment, 0

    def __call__(self, _effect: Effect, _moment: Moment) -> None:
        if self.passed == self.moment:
            raise PowerCut
        self.passed += 1


def collect(world: World, moment: int | None = None) -> int | None:
    """Collect in a new life of the terminal; return the moments, or None if power was cut."""
    driver, cut = world.driver(), CutAt(moment)
    driver.observe = cut
    try:
        driver.run(collect_cash(world.switched_on()))
    except PowerCut:
        return None
    return cut.passed


def served(world: World) -> World:
    world.driver().run(serve(world.switched_on(), APPLICATION))
    return world


def cut_worlds() -> Iterator[World]:
    """Yield worlds with one paper's coins, whose collection was cut off at each moment."""
    moments = collect(served(new_world())) or 0
    assert moments > 10
    for moment in range(moments):
        world = served(new_world())
        assert collect(world, moment) is None
        yield world


def told(world: World) -> list[ReportBody]:
    """Return what the gateway has heard, in the order of the reports' numbers."""
    reports = world.gateway.reports_of(TERMINAL)
    assert list(reports) == list(range(1, len(reports) + 1)), "none is missing, none is new"
    return [TerminalReport.parsed(unverified_payload(one)).body for one in reports.values()]


def taken(world: World) -> list[int]:
    """Return the yen of each report that coins were taken out, but for those of nothing."""
    return [one.yen for one in told(world) if isinstance(one, CashCollected) and one.yen]


def test_a_collection_that_is_asked_for_again_after_any_cuts_is_reported_once() -> None:
    for world in cut_worlds():
        for moment in range(100):
            if collect(world, moment) is not None:
                break
        else:
            pytest.fail("it never came to its end")
        assert taken(world) == [FEE]
        assert (world.machine.collected, world.machine.cash()) == (FEE, 0)
        assert world.switched_on().memory.unanswered == {}


@pytest.mark.parametrize("more", [collect_cash, report_cash])
def test_what_was_taken_out_is_reported_before_the_next_coins_come_in(
    more: Callable[[Terminal], Flow[object]],
) -> None:
    """Every count agrees with what came in and went out, as the reports say it in their order."""
    for world in cut_worlds():
        served(world)
        world.driver().run(more(world.switched_on()))
        world.driver().run(report_cash(world.switched_on()))
        lies = 0
        for one in told(world):
            match one:
                case Paid():
                    lies += one.yen
                case CashCollected():
                    lies -= one.yen
                case CashCounted():
                    assert one.yen == lies
                case _:
                    pass
        assert lies == world.machine.cash()


def test_while_the_gateway_is_away_nothing_more_is_taken_out() -> None:
    world = served(new_world())
    away = SyncDriver(world.driver().counter, lambda _: NoAnswer(), world.pass_time)
    assert not away.run(collect_cash(world.switched_on())).was_before
    world.machine.take("an issuance whose report waits, too", FEE)
    for driver in (away, world.driver()):
        done = driver.run(collect_cash(world.switched_on()))
        assert (done.yen, done.was_before) == (FEE, True)
    assert (taken(world), world.machine.cash()) == ([FEE], FEE)
    assert not world.driver().run(collect_cash(world.switched_on())).was_before
    assert taken(world) == [FEE, FEE]

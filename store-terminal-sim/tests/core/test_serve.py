"""A session from end to end, and every way in which it must end without a paper."""

from dataclasses import replace

import pytest
from madoguchi_wire.order import Household, Kind
from madoguchi_wire.reports import Money, VoidReason
from madoguchi_wire.sealing import SealingSuite
from store_terminal_sim.core.effects import (
    HttpRequest,
    Print,
    TakeMoney,
)
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.paper import PaperVoided
from store_terminal_sim.core.serve import Served, serve
from store_terminal_sim.core.staff import report_cash, report_not_mine
from store_terminal_sim.driver.failures import Moment, step_name
from store_terminal_sim.testing.world import ICHIKAWA, TERMINAL, World, new_world

RESIDENT_RECORD = Application(ICHIKAWA, Kind.RESIDENT_RECORD, household=True)


def serve_in(world: World) -> Served:
    return world.driver().run(serve(world.switched_on(), RESIDENT_RECORD))


def only_void(world: World) -> PaperVoided:
    served = serve_in(world)
    assert served.printed == ()
    assert world.machine.papers == {}
    assert world.machine.cash() == 0
    (void,) = served.voided
    assert world.gateway.states == {void.issuance: "voided"}
    return void


@pytest.mark.parametrize("suite", list(SealingSuite))
@pytest.mark.parametrize("kind", list(Kind))
def test_a_certificate_is_paid_then_released_then_printed_and_reported(
    kind: Kind, suite: SealingSuite
) -> None:
    world = new_world()
    wish = Application(ICHIKAWA, kind, household=True, suite=suite)
    (paper,) = world.driver().run(serve(world.switched_on(), wish)).printed
    assert world.machine.papers == {paper.issuance: paper.document_sha256}
    assert world.machine.cash() == paper.fee == 250
    assert world.gateway.states == {paper.issuance: "completed"}


def test_money_comes_after_the_document_and_print_after_the_go() -> None:
    world, steps = new_world(), list[str]()
    driver = world.driver()

    def note(effect: object, moment: Moment) -> None:
        if moment == "before" and isinstance(effect, HttpRequest | TakeMoney | Print):
            steps.append(step_name(effect))

    driver.observe = note
    driver.run(serve(world.switched_on(), RESIDENT_RECORD))
    assert steps[-5:] == [
        "HttpRequest:document",
        "TakeMoney",
        "HttpRequest:reports",
        "Print",
        "HttpRequest:reports",
    ]


def test_a_free_certificate_needs_the_go_but_no_coin() -> None:
    world = new_world()
    world.gateway.price = 0
    assert len(serve_in(world).printed) == 1
    assert world.machine.inserted == {}


def test_each_copy_of_an_order_is_a_paper_of_its_own() -> None:
    world = new_world()
    wish = replace(RESIDENT_RECORD, copies=3)
    printed = world.driver().run(serve(world.switched_on(), wish)).printed
    assert len({paper.issuance for paper in printed}) == 3
    assert set(world.gateway.states.values()) == {"completed"}
    assert world.machine.cash() == 750


def test_without_the_go_the_money_goes_back() -> None:
    world = new_world()
    world.gateway.stopped = True
    void = only_void(world)
    assert (void.reason, void.money) == (VoidReason.NO_GO, Money.REFUNDED)


def test_a_printer_that_fails_gives_the_money_back() -> None:
    world = new_world()
    world.machine.faults.printer_fails = True
    void = only_void(world)
    assert (void.reason, void.money) == (VoidReason.PRINT_FAILED, Money.REFUNDED)


def test_money_that_cannot_be_handed_back_is_reported_as_kept() -> None:
    world = new_world()
    world.machine.faults.printer_fails = True
    world.machine.faults.refund_fails = True
    (void,) = serve_in(world).voided
    assert (void.reason, void.money) == (VoidReason.PRINT_FAILED, Money.KEPT)


def test_a_cardholder_who_gives_up_pays_nothing() -> None:
    world = new_world()
    world.machine.faults.cardholder_gives_up = True
    void = only_void(world)
    assert (void.reason, void.money) == (VoidReason.CANCELLED, Money.NOT_TAKEN)


def test_expiry_is_judged_before_money_is_taken() -> None:
    world = new_world()
    world.gateway.city.alter = lambda attestation: attestation.model_copy(
        update={"expires_at": world.clock.now()}
    )
    void = only_void(world)
    assert (void.reason, void.money) == (VoidReason.ATTESTATION_EXPIRED, Money.NOT_TAKEN)


def test_the_cardholder_chooses_from_the_household_that_only_this_session_opens() -> None:
    world, seen = new_world(), list[Household]()
    driver = world.driver()
    person = driver.counter.cardholder
    assert person is not None

    def choose(household: Household) -> list[str]:
        seen.append(household)
        return [member.handle for member in household.members if not member.is_cardholder]

    driver.counter.cardholder = replace(person, choose=choose)
    driver.run(serve(world.switched_on(), RESIDENT_RECORD))
    assert [member.handle for member in seen[0].members] == ["AAAA", "BBBB"]


def test_cash_and_not_mine_are_reported_with_numbers_of_their_own() -> None:
    world = new_world()
    terminal, driver = world.switched_on(), world.driver()
    (paper,) = driver.run(serve(terminal, RESIDENT_RECORD)).printed
    driver.run(report_not_mine(terminal, paper.issuance))
    assert driver.run(report_cash(terminal)) == 250
    assert sorted(world.gateway.reports_of(TERMINAL)) == [1, 2, 3, 4]
    assert world.gateway.states == {paper.issuance: "completed"}

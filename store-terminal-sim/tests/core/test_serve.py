"""A session from end to end, and every way in which it must end without a paper."""

from dataclasses import replace
from datetime import timedelta

import pytest
from madoguchi_wire.order import Household, Kind
from madoguchi_wire.reports import Money, VoidReason
from madoguchi_wire.sealing import SealingSuite
from store_terminal_sim.core.effects import (
    HttpRequest,
    HttpResponse,
    NoAnswer,
    Print,
    TakeMoney,
    Wait,
)
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.paper import PaperVoided
from store_terminal_sim.core.problems import GatewayRefused, GatewaySilent
from store_terminal_sim.core.reporting import report_cash, report_not_mine
from store_terminal_sim.core.serve import Served, serve
from store_terminal_sim.driver.failures import Moment, step_name
from store_terminal_sim.testing.honest_gateway import problem
from store_terminal_sim.testing.world import ICHIKAWA, World, new_world

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


def test_a_go_that_never_arrives_is_no_go() -> None:
    world = new_world()
    driver = world.driver()
    lost = len(world.gateway.reports)

    def send(request: HttpRequest) -> HttpResponse | NoAnswer:
        answer = world.gateway.answer(request)
        paid_lost = request.url.endswith("/reports") and len(world.gateway.reports) == lost + 1
        return NoAnswer() if paid_lost else answer

    driver.send = send
    (void,) = driver.run(serve(world.switched_on(), RESIDENT_RECORD)).voided
    assert (void.reason, void.money) == (VoidReason.NO_GO, Money.REFUNDED)
    assert world.machine.papers == {}


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


def test_every_answer_may_be_lost_once_and_nothing_is_done_twice() -> None:
    requests = _count_requests()
    for lost in range(requests):
        world = new_world()
        driver, sent = world.driver(), list[HttpRequest]()

        def send(
            request: HttpRequest,
            world: World = world,
            sent: list[HttpRequest] = sent,
            at: int = lost,
        ) -> HttpResponse | NoAnswer:
            answer = world.gateway.answer(request)
            sent.append(request)
            return NoAnswer() if len(sent) == at + 1 else answer

        driver.send = send
        (paper,) = driver.run(serve(world.switched_on(), RESIDENT_RECORD)).printed
        assert world.gateway.states == {paper.issuance: "completed"}
        assert world.machine.cash() == 250
        repeated = sent[lost + 1]
        assert repeated.url.split("/v1/")[1] == sent[lost].url.split("/v1/")[1]
        assert repeated.url != sent[lost].url
        if not repeated.url.endswith("/token"):
            assert repeated.body == sent[lost].body


def _count_requests() -> int:
    world, count = new_world(), 0
    driver = world.driver()

    def send(request: HttpRequest) -> HttpResponse:
        nonlocal count
        count += 1
        return world.gateway.answer(request)

    driver.send = send
    driver.run(serve(world.switched_on(), RESIDENT_RECORD))
    return count


def test_a_dead_gateway_is_tried_at_every_address_until_the_deadline() -> None:
    world, addresses, waited = new_world(), set[str](), list[float]()
    driver = world.driver()

    def send(request: HttpRequest) -> NoAnswer:
        addresses.add(request.url.split("/v1/")[0])
        return NoAnswer()

    def wait(seconds: float) -> None:
        waited.append(seconds)
        world.pass_time(seconds)

    driver.send, driver.wait = send, wait
    with pytest.raises(GatewaySilent):
        driver.run(serve(world.switched_on(), RESIDENT_RECORD))
    assert addresses == {"http://replica-1", "http://replica-2"}
    assert waited[0] < waited[-1] <= 3.0
    assert sum(waited) <= 30


def test_a_problem_is_passed_on_and_an_order_in_flight_is_asked_again() -> None:
    world = new_world()
    driver, answers = world.driver(), [problem("order-in-flight", 409), problem("under-age", 403)]

    def send(request: HttpRequest) -> HttpResponse:
        return answers.pop(0) if request.url.endswith("/orders") else world.gateway.answer(request)

    driver.send = send
    with pytest.raises(GatewayRefused) as refused:
        driver.run(serve(world.switched_on(), RESIDENT_RECORD))
    assert refused.value.slug == "under-age"
    assert answers == []
    assert world.machine.inserted == {}


def test_an_ended_token_is_replaced_once() -> None:
    world, tokens = new_world(), 0
    driver = world.driver()

    def send(request: HttpRequest) -> HttpResponse:
        nonlocal tokens
        tokens += request.url.endswith("/token")
        if request.url.endswith("/menu") and tokens == 1:
            return problem("invalid-token", 401, retryable=True)
        return world.gateway.answer(request)

    driver.send = send
    assert len(driver.run(serve(world.switched_on(), RESIDENT_RECORD)).printed) == 1
    assert tokens == 2


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
    assert sorted(world.gateway.reports) == [1, 2, 3, 4]
    assert world.gateway.states == {paper.issuance: "completed"}


def test_a_suspended_terminal_keeps_its_reports_for_later() -> None:
    world = new_world()
    terminal, driver = world.switched_on(), world.driver()
    driver.send = lambda _request: problem("terminal-suspended", 403)
    driver.run(report_cash(terminal))
    assert list(terminal.memory.unanswered) == [1]
    later = world.switched_on()
    world.clock.advance(timedelta(hours=1))
    world.driver().run(report_cash(later))
    assert sorted(world.gateway.reports) == [1, 2]
    assert later.memory.unanswered == {}


def test_waiting_is_an_effect_so_that_the_core_never_sleeps() -> None:
    world, waits = new_world(), 0
    driver = world.driver()

    def note(effect: object, _moment: Moment) -> None:
        nonlocal waits
        waits += isinstance(effect, Wait)

    driver.observe = note
    driver.send = lambda _request: NoAnswer()
    with pytest.raises(GatewaySilent):
        driver.run(serve(world.switched_on(), RESIDENT_RECORD))
    assert waits > 0

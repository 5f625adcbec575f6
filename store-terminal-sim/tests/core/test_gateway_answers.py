"""Answers that are lost, late, refusing or lies: nothing is done twice, nothing sold for them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.gateway_api import OrderAnswer, Problem, ReportAnswer
from madoguchi_wire.order import Kind
from madoguchi_wire.reports import Money, VoidReason
from madoguchi_wire.sealing import household_info
from store_terminal_sim.core.effects import (
    HttpRequest,
    HttpResponse,
    NoAnswer,
)
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.problems import GatewayRefused, GatewaySilent
from store_terminal_sim.core.serve import serve
from store_terminal_sim.core.staff import report_cash
from store_terminal_sim.testing.honest_gateway import problem
from store_terminal_sim.testing.world import ICHIKAWA, TERMINAL, World, new_world

RESIDENT_RECORD = Application(ICHIKAWA, Kind.RESIDENT_RECORD, household=True)


def test_a_go_that_never_arrives_is_no_go() -> None:
    world = new_world()
    driver = world.driver()
    lost = len(world.gateway.reports)

    def send(request: HttpRequest) -> HttpResponse | NoAnswer:
        answer = world.gateway.answer(request)
        paid_lost = request.url.endswith("/reports") and len(world.gateway.reports) == lost + 1
        return NoAnswer() if paid_lost else answer

    driver.send = send
    served = driver.run(serve(world.switched_on(), RESIDENT_RECORD))
    assert (served.printed, len(served.voided)) == ((), 1)
    (void,) = served.voided
    assert (void.reason, void.money) == (VoidReason.NO_GO, Money.REFUNDED)
    assert world.machine.papers == {}


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


def test_a_go_for_another_issuance_is_no_go() -> None:
    world = new_world()
    driver = world.driver()

    def send(request: HttpRequest) -> HttpResponse:
        answer = world.gateway.answer(request)
        if not request.url.endswith("/reports"):
            return answer
        other = ReportAnswer.model_validate_json(answer.body).model_copy(
            update={"issuance": uuid4()}
        )
        return HttpResponse(answer.status, {}, other.model_dump_json().encode())

    driver.send = send
    served = driver.run(serve(world.switched_on(), RESIDENT_RECORD))
    assert (served.printed, len(served.voided)) == ((), 1)
    (void,) = served.voided
    assert (void.reason, void.money) == (VoidReason.NO_GO, Money.REFUNDED)
    assert world.machine.papers == {}


def altered_order_answer(
    world: World, alter: Callable[[OrderAnswer], OrderAnswer]
) -> Callable[[HttpRequest], HttpResponse]:
    def send(request: HttpRequest) -> HttpResponse:
        answer = world.gateway.answer(request)
        if not request.url.endswith("/orders"):
            return answer
        altered = alter(OrderAnswer.model_validate_json(answer.body))
        return HttpResponse(answer.status, {}, altered.model_dump_json().encode())

    return send


def test_one_paper_cannot_be_sold_twice_in_one_order() -> None:
    world = new_world()
    driver = world.driver()
    driver.send = altered_order_answer(
        world,
        lambda answer: answer.model_copy(update={"issuances": answer.issuances * 2}),
    )
    with pytest.raises(GatewaySilent, match="copies"):
        driver.run(serve(world.switched_on(), replace(RESIDENT_RECORD, copies=2)))
    assert world.machine.inserted == {}


def test_a_copy_that_was_refused_does_not_stop_the_others() -> None:
    world = new_world()
    driver = world.driver()
    failed = Problem.model_validate_json(problem("adapter-timeout", 504).body)

    def refuse_first(answer: OrderAnswer) -> OrderAnswer:
        first, second = answer.issuances
        refused = first.model_copy(update={"attestation": None, "problem": failed})
        return answer.model_copy(update={"issuances": (refused, second)})

    driver.send = altered_order_answer(world, refuse_first)
    served = driver.run(serve(world.switched_on(), replace(RESIDENT_RECORD, copies=2)))
    assert [refused.problem for refused in served.refused] == [failed]
    assert len(served.printed) == 1
    assert world.machine.cash() == 250


def test_a_household_of_another_session_is_not_shown() -> None:
    world = new_world()
    stolen = list[HttpResponse]()
    driver = world.driver()

    def send(request: HttpRequest) -> HttpResponse:
        if not request.url.endswith("/household"):
            return world.gateway.answer(request)
        stolen.append(world.gateway.answer(request))
        return stolen[0]

    driver.send = send
    driver.run(serve(world.switched_on(), RESIDENT_RECORD))
    with pytest.raises(GatewaySilent, match="household"):
        driver.run(serve(world.switched_on(), RESIDENT_RECORD))


@pytest.mark.parametrize("what", ["session", "request"])
def test_a_household_sealed_for_another_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Even with the key of this session."""
    other = sha256_hex(b"other")

    def info_of_another(session: str, request: str) -> bytes:
        if what == "session":
            return household_info(other, request)
        return household_info(session, other)

    monkeypatch.setattr("store_terminal_sim.testing.honest_gateway.household_info", info_of_another)
    world = new_world()
    with pytest.raises(GatewaySilent, match="household"):
        world.driver().run(serve(world.switched_on(), RESIDENT_RECORD))


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


def test_a_suspended_terminal_keeps_its_reports_for_later() -> None:
    world = new_world()
    terminal, driver = world.switched_on(), world.driver()
    driver.send = lambda _request: problem("terminal-suspended", 403)
    driver.run(report_cash(terminal))
    assert list(terminal.memory.unanswered) == [1]
    later = world.switched_on()
    world.clock.advance(timedelta(hours=1))
    world.driver().run(report_cash(later))
    assert sorted(world.gateway.reports_of(TERMINAL)) == [1, 2]
    assert later.memory.unanswered == {}

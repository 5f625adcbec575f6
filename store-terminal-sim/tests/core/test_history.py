"""Random histories: whatever is lost, fails or is cut off, the books agree in the end."""

from dataclasses import dataclass, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from madoguchi_wire.order import Kind
from store_terminal_sim.core.effects import Effect, HttpRequest, HttpResponse, NoAnswer
from store_terminal_sim.core.entries import ReportWritten
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.problems import TerminalError
from store_terminal_sim.core.recovery import recover
from store_terminal_sim.core.serve import serve
from store_terminal_sim.driver.failures import Moment, PowerCut
from store_terminal_sim.driver.machine import Faults
from store_terminal_sim.testing.honest_gateway import PRICE
from store_terminal_sim.testing.world import ICHIKAWA, TERMINAL, World, new_world


@dataclass(frozen=True)
class Customer:
    """One session and what goes wrong in it."""

    copies: int
    answers_lost: frozenset[int]
    requests_lost: frozenset[int]
    power_cut_at: int | None
    faults: Faults
    gateway_stopped: bool


few = st.frozensets(st.integers(0, 20), max_size=3)
customers = st.builds(
    Customer,
    copies=st.integers(1, 2),
    answers_lost=few,
    requests_lost=few,
    power_cut_at=st.none() | st.integers(0, 90),
    faults=st.builds(Faults, cardholder_gives_up=st.booleans(), printer_fails=st.booleans()),
    gateway_stopped=st.booleans(),
)


def serve_customer(world: World, customer: Customer) -> None:
    driver, sent, moments = world.driver(), 0, 0
    world.machine.faults = replace(customer.faults)
    world.gateway.stopped = customer.gateway_stopped

    def send(request: HttpRequest) -> HttpResponse | NoAnswer:
        nonlocal sent
        sent += 1
        if sent in customer.requests_lost:
            return NoAnswer()
        answer = world.gateway.answer(request)
        return NoAnswer() if sent in customer.answers_lost else answer

    def cut(_effect: Effect, _moment: Moment) -> None:
        nonlocal moments
        moments += 1
        if moments == customer.power_cut_at:
            raise PowerCut

    driver.send, driver.observe = send, cut
    wish = Application(ICHIKAWA, Kind.SEAL_REGISTRATION, copies=customer.copies)
    try:
        driver.run(serve(world.switched_on(), wish))
    except (TerminalError, PowerCut):
        return


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(customers, min_size=1, max_size=4))
def test_money_papers_and_reports_agree_after_any_history(history: list[Customer]) -> None:
    world = new_world()
    for customer in history:
        serve_customer(world, customer)
    world.machine.faults = Faults()
    world.driver().run(recover(world.switched_on()))

    states = world.gateway.states
    assert set(states.values()) <= {"prepared", "completed", "voided"}
    completed = {issuance for issuance, state in states.items() if state == "completed"}
    assert completed <= set(world.machine.papers)
    assert world.machine.cash() == PRICE * len(completed)
    assert all(world.machine.inserted[issuance] == PRICE for issuance in completed)
    written = [entry for entry in world.journal.entries if isinstance(entry, ReportWritten)]
    assert {entry.sequence: entry.token for entry in written} == world.gateway.reports_of(TERMINAL)
    assert [entry.sequence for entry in written] == list(range(1, len(written) + 1))

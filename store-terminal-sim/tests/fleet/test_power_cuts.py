"""Power fails all over a fleet, at every step and at any time, while the gateway comes and goes."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from random import Random

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from madoguchi_wire.order import Kind
from madoguchi_wire.reports import Completed, Money, TerminalReport, Voided
from madoguchi_wire.signed import unverified_payload
from store_terminal_sim.core.effects import Effect
from store_terminal_sim.core.entries import DocumentAsked, ReportWritten
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.problems import TerminalError
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.failures import Moment, PowerCut, step_name
from store_terminal_sim.driver.machine import Faults
from store_terminal_sim.terminal_folder import StartedTerminal
from store_terminal_sim.testing.honest_gateway import PRICE
from store_terminal_sim.testing.simulated_fleet import SimulatedFleet, simulated_fleet
from store_terminal_sim.testing.virtual_time import run_in_virtual_time
from store_terminal_sim.testing.watched_machine import WatchedMachine
from store_terminal_sim.testing.world import CARD, ICHIKAWA

LONG_S = 600.0
"""Longer than the longest pause between two steps of a terminal that reports."""
Step = tuple[str, Moment]


@dataclass
class CutAt:
    """Cuts a terminal's power at some of its moments, counted from when it was first used."""

    moments: frozenset[int]
    machine: WatchedMachine
    passed: int = 0
    steps: set[Step] = field(default_factory=set[Step])
    cut: set[Step] = field(default_factory=set[Step])

    def __call__(self, effect: Effect, moment: Moment) -> None:
        self.machine.watch(effect, moment)
        step = (step_name(effect), moment)
        self.steps.add(step)
        self.passed += 1
        if self.passed in self.moments:
            self.cut.add(step)
            raise PowerCut


def watched_fleet(size: int, seed: int) -> SimulatedFleet:
    simulated = simulated_fleet(size, seed, WatchedMachine)
    switch_on = simulated.fleet.switch_on

    def switch_on_again(name: str) -> StartedTerminal:
        machine = simulated.machines[name]
        assert isinstance(machine, WatchedMachine)
        machine.life += 1
        return switch_on(name)

    simulated.fleet.switch_on = switch_on_again
    return simulated


def cut_at(simulated: SimulatedFleet, name: str, moments: frozenset[int]) -> CutAt:
    machine = simulated.machines[name]
    assert isinstance(machine, WatchedMachine)
    simulated.observe[name] = cut = CutAt(moments, machine)
    return cut


async def visited(simulated: SimulatedFleet, name: str, copies: int, person: Cardholder) -> None:
    """Come, and leave with whatever came of it."""
    wish = Application(ICHIKAWA, Kind.SEAL_REGISTRATION, copies=copies)
    try:
        await simulated.fleet[name].serve(wish, person)
    except TerminalError:
        return


def assert_books_agree(simulated: SimulatedFleet) -> None:
    """Hold, for every terminal, journal, machine and gateway against each other."""
    asked = [_assert_terminal(simulated, name) for name in simulated.journals]
    delivered = {one for one, state in simulated.gateway.states.items() if state != "prepared"}
    assert delivered <= set[str]().union(*asked)


def _assert_terminal(simulated: SimulatedFleet, name: str) -> set[str]:
    machine, entries = simulated.machines[name], simulated.journals[name].entries
    assert isinstance(machine, WatchedMachine)
    assert machine.wrongs == []
    written = [entry for entry in entries if isinstance(entry, ReportWritten)]
    assert [entry.sequence for entry in written] == list(range(1, len(written) + 1))
    tokens = simulated.gateway.reports_of(name)
    assert {entry.sequence: entry.token for entry in written} == tokens
    reports = [TerminalReport.parsed(unverified_payload(token)) for token in tokens.values()]
    asked = {entry.issuance for entry in entries if isinstance(entry, DocumentAsked)}
    ends = Counter(one.issuance for one in reports if isinstance(one.body, Completed | Voided))
    assert ends == dict.fromkeys(asked, 1), "each paper asked for has exactly one end"
    completed = {one.issuance or "" for one in reports if isinstance(one.body, Completed)}
    states = simulated.gateway.states
    assert {one for one in asked if states[one] == "completed"} == completed
    assert completed <= set(machine.papers)
    assert machine.in_hands <= completed, "nobody walks away with a paper that is void"
    kept = [one for one in reports if isinstance(one.body, Voided) and one.body.money is Money.KEPT]
    assert machine.cash() == PRICE * (len(completed) + len(kept))
    return asked


async def all_settle(simulated: SimulatedFleet) -> None:
    """Let the gateway be back and everything be mended; nobody touches a terminal any more."""
    simulated.network.cut, simulated.network.loses = False, 0.0
    for name, machine in simulated.machines.items():
        machine.faults = Faults()
        cut_at(simulated, name, frozenset())
    assert await simulated.fleet.all_told(LONG_S), "by themselves"
    assert_books_agree(simulated)


async def cut_everywhere(moments: int) -> tuple[set[Step], set[Step]]:
    """Have a fleet in which each terminal loses its power at another moment, and soon once more."""
    simulated = watched_fleet(moments, seed=moments)
    names = list(simulated.journals)
    cuts = [
        cut_at(simulated, name, frozenset({number, number + 1 + number % 12}))
        for number, name in enumerate(names, start=1)
    ]

    async def a_day_at(name: str) -> None:
        for _ in range(3):
            await visited(simulated, name, 2, Cardholder.of(CARD))

    async with simulated.fleet:
        await asyncio.gather(*map(a_day_at, names))
        await all_settle(simulated)
    steps = set[Step]().union(*(cut.steps for cut in cuts))
    return steps, set[Step]().union(*(cut.cut for cut in cuts))


def test_each_terminal_of_a_fleet_is_cut_off_at_another_step_and_all_books_agree() -> None:
    steps, cut = run_in_virtual_time(cut_everywhere(140))
    assert {"TakeMoney", "Print", "HandOver", "Refund", "AcknowledgeTray"} <= {s for s, _ in steps}
    assert steps == cut, "no step was spared"


@dataclass(frozen=True)
class Weather:
    """How bad a day of a fleet is; what exactly happens follows from the seed."""

    seed: int
    terminals: int
    visits: int
    loses: float
    outages: list[tuple[float, float]]
    """When the line to the gateway is cut, and for how long, in seconds."""
    cuts_at_steps: int
    """For each terminal, at random moments."""
    cuts_at_any_time: int
    faulty: float
    """Share of visits with a jam, a stuck coin changer or somebody who walks away."""
    doubtful: float
    """Share of cardholders who say *not mine*, and of staff who do not come at once."""


weathers = st.builds(
    Weather,
    seed=st.integers(0, 2**32),
    terminals=st.integers(2, 8),
    visits=st.integers(1, 3),
    loses=st.sampled_from([0.0, 0.02, 0.2]),
    outages=st.lists(st.tuples(st.floats(0, 60), st.floats(1, 120)), max_size=2),
    cuts_at_steps=st.integers(0, 4),
    cuts_at_any_time=st.integers(0, 12),
    faulty=st.sampled_from([0.0, 0.3]),
    doubtful=st.sampled_from([0.0, 0.3]),
)


async def a_day(weather: Weather) -> None:
    simulated = watched_fleet(weather.terminals, weather.seed)
    simulated.network.loses = weather.loses
    chance = Random(weather.seed + 1)

    def recognises(_document: bytes) -> bool:
        return chance.random() >= weather.doubtful

    async def customers_at(name: str) -> None:
        moments = frozenset(chance.randint(1, 250) for _ in range(weather.cuts_at_steps))
        cut_at(simulated, name, moments)
        for _ in range(weather.visits):
            await asyncio.sleep(chance.uniform(0, 20))
            simulated.machines[name].faults = some_fault(chance, weather.faulty)
            person = Cardholder.of(CARD)
            person.recognise = recognises
            person.staff_clear_tray = chance.random() >= weather.doubtful
            await visited(simulated, name, chance.randint(1, 2), person)

    async def outages() -> None:
        for begins, lasts in weather.outages:
            await asyncio.sleep(begins)
            simulated.network.cut = True
            await asyncio.sleep(lasts)
            simulated.network.cut = False

    async def cuts() -> None:
        for _ in range(weather.cuts_at_any_time):
            await asyncio.sleep(chance.expovariate(weather.terminals / 20))
            simulated.fleet[chance.choice(list(simulated.journals))].cut_power()

    async with simulated.fleet:
        days: list[Awaitable[None]] = [customers_at(name) for name in simulated.journals]
        await asyncio.gather(*days, outages(), cuts())
        await all_settle(simulated)


def some_fault(chance: Random, share: float) -> Faults:
    return Faults(
        cardholder_gives_up=chance.random() < share / 3,
        printer_fails=chance.random() < share / 3,
        refund_fails=chance.random() < share / 3,
    )


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@example(Weather(1, 40, 3, 0.02, [(20.0, 90.0)], 2, 60, 0.3, 0.3))
@given(weathers)
def test_after_any_day_of_a_fleet_papers_money_and_reports_agree(weather: Weather) -> None:
    run_in_virtual_time(a_day(weather))

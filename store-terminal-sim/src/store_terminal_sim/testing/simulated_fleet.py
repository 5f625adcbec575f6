"""A whole fleet in memory against the honest gateway: time, network and scheduling by a seed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from madoguchi_wire.keys import SigningKey

from store_terminal_sim.core.effects import Effect
from store_terminal_sim.core.terminal import Terminal, TerminalIdentity
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.failures import Moment, no_failure
from store_terminal_sim.driver.machine import Machine
from store_terminal_sim.fleet.fleet import Fleet
from store_terminal_sim.terminal_folder import StartedTerminal
from store_terminal_sim.testing.enrolled import enrolled
from store_terminal_sim.testing.honest_gateway import HonestGateway
from store_terminal_sim.testing.simulated_parts import LossyJournal, Network, SimulatedDriver
from store_terminal_sim.testing.virtual_time import LoopClock
from store_terminal_sim.testing.world import (
    GATEWAY,
    REGISTRAR,
    ROOT,
    START,
    new_world,
)

Observe = Callable[[Effect, Moment], None]


@dataclass
class SimulatedFleet:
    """What outlives power cuts: gateway, journals and machines; and the fleet on top of them."""

    gateway: HonestGateway
    network: Network
    journals: dict[str, LossyJournal]
    machines: dict[str, Machine]
    observe: dict[str, Observe] = field(default_factory=dict[str, Observe])
    """Called before and after each step of a terminal; may raise `PowerCut`."""
    _identities: dict[str, TerminalIdentity] = field(default_factory=dict[str, TerminalIdentity])

    def __post_init__(self) -> None:
        """Make the fleet; nothing is switched on yet."""
        self.fleet = Fleet(self.switch_on, self._driver, self.network.chance)

    def switch_on(self, name: str) -> StartedTerminal:
        """Bring a terminal up from what its journal still has."""
        journal, chance = self.journals[name], self.network.chance
        clock = self.gateway.clock
        terminal = Terminal.started(self._identities[name], clock, journal.entries, chance)
        return StartedTerminal(terminal, journal, self.machines[name])

    def _driver(self, name: str, counter: Counter) -> SimulatedDriver:
        observe = self.observe.get(name, no_failure)
        return SimulatedDriver(counter, self.network, self.journals[name], observe)


def simulated_fleet(size: int, seed: int, machine: Callable[[], Machine]) -> SimulatedFleet:
    """Return a fleet in which nothing has happened yet."""
    chance, world = Random(seed), new_world()  # noqa: S311 (a simulation)
    world.gateway.clock = LoopClock(START)
    identities = {name: _identity(name) for name in (f"terminal-{n:03d}" for n in range(size))}
    return SimulatedFleet(
        world.gateway,
        Network(world.gateway, chance),
        {name: LossyJournal(chance) for name in identities},
        {name: machine() for name in identities},
        _identities=identities,
    )


def _identity(name: str) -> TerminalIdentity:
    token_key, statement_key = SigningKey.generate(), SigningKey.generate()
    return TerminalIdentity(
        name,
        GATEWAY,
        ("http://replica-1", "http://replica-2"),
        "development",
        token_key,
        statement_key,
        enrolled(REGISTRAR, name, statement_key, START, token_key),
        ROOT.private.public_key(),
    )

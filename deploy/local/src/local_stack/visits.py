"""Cardholders at terminals of an installation, and a note of who asked for what."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import aiohttp
from checker.evidence.askings import Asking
from madoguchi_wire.clock import Clock
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.order import Kind
from madoguchi_wire.reports import VoidReason
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.serve import Served
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.cardholder import trust_the_paper
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.fleet.fleet import Fleet, Observe, fleet_in, unobserved

from local_stack.asker import Asker, Chooser, Persons
from local_stack.installation.cards import CardHolder, Town
from local_stack.installation.make import Installation


def trusting(_terminal: str) -> Callable[[bytes], bool]:
    """Let everybody take their paper without a look."""
    return trust_the_paper


@dataclass(frozen=True)
class Visit:
    """One cardholder who steps up to one terminal and orders once."""

    terminal: str
    municipality: str
    card: str
    """Name of the card's folder."""
    kind: Kind
    persons: Persons = "self"
    relationship: bool = False
    honseki: bool = False
    copies: int = 1

    def application(self) -> Application:
        """Return what the terminal is asked for."""
        return Application(
            municipality=self.municipality,
            kind=self.kind,
            household=self.persons != "self",
            relationship=self.relationship,
            honseki=self.honseki,
            copies=self.copies,
        )


@dataclass
class Visits:
    """Brings visits to a fleet's terminals, and notes in `askings.jsonl` who asked for what."""

    installation: Installation
    clock: Clock
    http: aiohttp.ClientSession
    observe: Callable[[str], Observe] = unobserved
    """For each terminal: called before and after each of its steps; may raise `PowerCut`."""
    recognise: Callable[[str], Callable[[bytes], bool]] = trusting
    """For each terminal: whether whoever stands there takes a paper as theirs."""
    drive: type[AsyncDriver] = AsyncDriver
    addresses: Sequence[str] = ()
    """Of gateways, in place of those that terminals were enrolled with; none: those."""
    fleet: Fleet = field(init=False)
    """The terminals; one that was cut off comes up and reports by itself."""

    def __post_init__(self) -> None:
        """Make the fleet; nothing is switched on yet."""
        self.fleet = fleet_in(
            self.installation.layout.terminals,
            self.clock,
            self.http,
            addresses=self.addresses,
            observe=self.observe,
            drive=self._driver,
        )

    async def serve(self, visit: Visit) -> Served:
        """Serve one visit; at one terminal one after the other.

        Raises:
            TerminalError: nothing came out and nothing was charged.
            PowerLost: the terminal lost its power; the next visit switches it on again.

        """
        person = self._asker(visit)
        self.fleet.keep_reporting()
        served = await self.fleet[visit.terminal].serve(visit.application(), person)
        # What was void before it was opened may be anybody's: a liar may have named it.
        lie_about = [one for one in served.voided if one.reason is VoidReason.PRINT_FAILED]
        person.came_out([paper.issuance for paper in (*served.printed, *lie_about)])
        return served

    async def count_cash(self) -> int:
        """Let every terminal that served somebody count and report its coins; return all yen."""
        return await self.fleet.count_cash()

    async def recover_all(self, steps: int = 6) -> bool:
        """Switch every terminal on and let it report; tell whether the gateway has everything.

        A step takes 10 s at most, so `steps` bounds the time.
        """
        folders = sorted(self.installation.layout.terminals.iterdir())
        used = [folder.name for folder in folders if (folder / "journal.jsonl").exists()]
        for _ in range(steps):
            if await self.fleet.recover_all(used):
                return True
        return False

    def close(self) -> None:
        """Switch the terminals off."""
        self.fleet.close()

    def _town(self, municipality: str) -> Town:
        return next(t for t in self.installation.towns if t.records.code == municipality)

    def _holder(self, visit: Visit) -> CardHolder:
        holders = self._town(visit.municipality).holders
        return next(holder for holder in holders if holder.name == visit.card)

    def _asker(self, visit: Visit) -> Asker:
        holder = self._holder(visit)
        chosen = [holder.resident]
        household = self._town(visit.municipality).records.household_of(holder.resident)

        def note(order: str) -> Asking:
            return Asking(
                order=order,
                terminal=visit.terminal,
                card=sha256_hex(holder.card.certificate),
                members=tuple(chosen),
                relationship=visit.relationship,
                honseki=visit.honseki,
            )

        return Asker(
            holder.card,
            holder.card.pin,
            choose=Chooser(visit.persons, household, chosen),
            recognise=self.recognise(visit.terminal),
            note=note,
            file=self.installation.layout.askings,
        )

    def _driver(
        self, counter: Counter, http: aiohttp.ClientSession, observe: Observe, disk: Executor
    ) -> AsyncDriver:
        person = counter.cardholder
        watch = person.watching(observe) if isinstance(person, Asker) else observe
        return self.drive(counter, http, watch, disk)

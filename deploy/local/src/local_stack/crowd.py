"""Many cardholders at many terminals, one after the other at each, for as long as one likes."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from madoguchi_wire.order import Kind
from store_terminal_sim.core.problems import TerminalError
from store_terminal_sim.core.serve import Served
from store_terminal_sim.fleet import load as fleet_load
from store_terminal_sim.fleet.queues import Queues

from local_stack.asker import Persons
from local_stack.installation.facts import MUNICIPALITIES
from local_stack.visits import Visit, Visits

SAMPLE_CARDS = 12
LARGE = ("large-household", "ten-members")
"""Cards of heads of households that take several pages."""
_FAMILIES: tuple[Persons, ...] = ("self", "self", "two", "all")


@dataclass(frozen=True)
class Load:
    """Who steps up to which terminal, in which order: the same for the same seed."""

    seed: int = 0
    cards: int = SAMPLE_CARDS
    """Ordinary residents of each municipality who come; `Extent.cards` of them have a card."""
    most_copies: int = 2
    think_s: float = 0.0
    """Seconds between two visits at a terminal, on average."""
    sorry_s: float = 0.0
    """Seconds until the next steps up after somebody was turned away."""
    families: bool = False
    """Whether some ask for others of their household, or for all, and the heads of households that
    take several pages come as well; otherwise everybody comes for themselves."""

    def people(self) -> list[fleet_load.Person]:
        """Return everybody who comes."""
        names = [f"resident-{card:02d}" for card in range(1, self.cards + 1)]
        names += LARGE if self.families else ()
        return [fleet_load.Person(code, name) for name in names for code in MUNICIPALITIES]

    def choice(self, terminal: str) -> Random:
        """Return what chooses whom people at a terminal ask for."""
        return Random(f"{self.seed}/{terminal}/persons")  # noqa: S311 (a load, not a secret)

    def of_fleet(self) -> fleet_load.Load:
        """Return the same load as a fleet knows it."""
        return fleet_load.Load(self.seed, self.people(), self.most_copies, self.think_s)


@dataclass
class Crowd:
    """Cardholders of all municipalities who keep these terminals busy."""

    visits: Visits
    terminals: Sequence[str]
    load: Load = field(default_factory=Load)
    before: Callable[[str], Awaitable[None]] | None = None
    """Awaited with the terminal's name before somebody steps up to it."""

    def __post_init__(self) -> None:
        """Queue everybody up."""
        self._choice = {one: self.load.choice(one) for one in self.terminals}
        self._queues = Queues(self.terminals, self.load.of_fleet(), self._serve)

    @property
    def ends(self) -> Counter[str]:
        """How papers and visits ended: `printed`, `voided`, `refused`, and problems by slug."""
        return self._queues.ends

    async def keep_busy(self) -> None:
        """Serve until `stop`; every visit that began is brought to its end."""
        await self._queues.keep_busy()

    def stop(self) -> None:
        """Let nobody new step up."""
        self._queues.stop()

    async def printed(self, papers: int) -> None:
        """Wait until this many more papers have come out."""
        await self._queues.printed(papers)

    async def _serve(self, coming: fleet_load.Visit) -> Served:
        if self.before is not None:
            await self.before(coming.terminal)
        try:
            return await self.visits.serve(self._visit(coming))
        except TerminalError:
            await asyncio.sleep(self.load.sorry_s)
            raise

    def _visit(self, coming: fleet_load.Visit) -> Visit:
        person, choice = coming.person, self._choice[coming.terminal]
        visit = Visit(
            coming.terminal, person.municipality, person.card, coming.kind, copies=coming.copies
        )
        if not self.load.families or coming.kind is not Kind.RESIDENT_RECORD:
            return visit
        persons = "all" if person.card in LARGE else choice.choice(_FAMILIES)
        relationship, honseki = choice.random() < 0.5, choice.random() < 0.5
        return replace(visit, persons=persons, relationship=relationship, honseki=honseki)

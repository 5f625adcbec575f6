"""Many cardholders at many terminals, one after the other at each, for as long as one likes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from store_terminal_sim.core.serve import Served
from store_terminal_sim.fleet import load as fleet_load
from store_terminal_sim.fleet.queues import Queues

from local_stack.installation.facts import MUNICIPALITIES
from local_stack.visits import Visit, Visits

SAMPLE_CARDS = 12


@dataclass(frozen=True)
class Load:
    """Who steps up to which terminal, in which order: the same for the same seed."""

    seed: int = 0
    cards: int = SAMPLE_CARDS
    """Ordinary residents of each municipality who come; `Extent.cards` of them have a card."""
    most_copies: int = 2
    think_s: float = 0.0
    """Seconds between two visits at a terminal, on average."""

    def people(self) -> list[fleet_load.Person]:
        """Return everybody who comes."""
        return [
            fleet_load.Person(code, f"resident-{card:02d}")
            for card in range(1, self.cards + 1)
            for code in MUNICIPALITIES
        ]

    def of_fleet(self) -> fleet_load.Load:
        """Return the same load as a fleet knows it."""
        return fleet_load.Load(self.seed, self.people(), self.most_copies, self.think_s)


@dataclass
class Crowd:
    """Cardholders of all municipalities who keep these terminals busy."""

    visits: Visits
    terminals: Sequence[str]
    load: Load = field(default_factory=Load)

    def __post_init__(self) -> None:
        """Queue everybody up."""
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
        person = coming.person
        visit = Visit(
            coming.terminal, person.municipality, person.card, coming.kind, copies=coming.copies
        )
        return await self.visits.serve(visit)

"""The load: many cardholders at many terminals at once, the same for the same seed."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from local_stack.asker import Persons
from local_stack.installation.extent import Extent
from local_stack.visits import Visit, Visits
from madoguchi_wire.order import Kind
from store_terminal_sim.core.problems import GatewayRefused, TerminalError
from store_terminal_sim.core.serve import Served

ICHIKAWA = "122033"
_CARDS = 24
CARDS = tuple(f"resident-{number:02d}" for number in range(1, _CARDS + 1))
"""Names of the cards that come."""


@dataclass(frozen=True)
class Load:
    """One round: somebody comes to each of these terminals at once."""

    terminals: tuple[str, ...]
    seed: str

    def visits(
        self,
        municipality: str = ICHIKAWA,
        cards: Sequence[str] = CARDS,
        kinds: Sequence[Kind] = tuple(Kind),
        persons: Persons = "self",
    ) -> list[Visit]:
        """Return who comes: to each terminal somebody, with a card and for a kind by chance."""
        chance = random.Random(self.seed)
        return [
            _visit(terminal, municipality, chance.choice(cards), chance.choice(kinds), persons)
            for terminal in self.terminals
        ]


def _visit(terminal: str, code: str, card: str, kind: Kind, persons: Persons) -> Visit:
    household = persons if kind is Kind.RESIDENT_RECORD else "self"
    return Visit(terminal, code, card, kind, persons=household)


def extent_of(terminals: int) -> Extent:
    """Return how large an installation has to be."""
    return Extent(fleet=terminals, cards=_CARDS)


@dataclass(frozen=True)
class Ended:
    """How one visit ended."""

    visit: Visit
    served: Served | None
    problem: str | None
    """Slug, or words, if it ended before any paper."""


async def serve_all(visits: Visits, plan: Sequence[Visit]) -> list[Ended]:
    """Serve a plan, terminals side by side."""
    return list(await asyncio.gather(*(_serve(visits, visit) for visit in plan)))


async def _serve(visits: Visits, visit: Visit) -> Ended:
    try:
        return Ended(visit, await visits.serve(visit), None)
    except GatewayRefused as refused:
        return Ended(visit, None, refused.slug)
    except TerminalError as error:
        return Ended(visit, None, str(error))

"""The load: many cardholders at many terminals at once, the same for the same seed."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from local_stack.crowd import CARDS
from local_stack.installation.make import Installation
from local_stack.visits import Persons, Visit, Visits
from madoguchi_wire.order import Kind
from store_terminal_sim.core.problems import GatewayRefused, TerminalError
from store_terminal_sim.core.serve import Served

ICHIKAWA = "122033"


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


def enrolled_terminals(installation: Installation, wanted: int) -> tuple[str, ...]:
    """Return the names of so many terminals; fewer if there are fewer."""
    names = sorted(path.name for path in installation.layout.terminals.iterdir())
    fleet = [name for name in names if name.startswith("fleet-")]
    others = [name for name in names if not name.startswith(("fleet-", "machikado-urayasu"))]
    return tuple([*fleet, *others][:wanted])


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

"""A store's terminal means harm."""

import asyncio
import random
from collections.abc import Sequence
from typing import ClassVar

import asyncpg
from checker.evidence.evidence import Evidence
from local_stack.visits import Visits
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.terminal_folder import start_terminal

from proofs.incidents.incident import Incident
from proofs.incidents.load import ICHIKAWA, Ended, Load, extent_of, serve_all
from proofs.incidents.stage import Stage
from proofs.incidents.traitors.attempts import Attempts, OthersIssuance
from proofs.incidents.traitors.hands import Hands

ACCOMPLICE = "large-household"
"""Name of the card that the traitor uses."""
_OTHERS = "SELECT issuance_id::text, terminal FROM issuances WHERE terminal <> $1 LIMIT 200"


class TraitorTerminal(Incident):
    """It forges reports, speaks of others' issuances, replays, never pays, and cries wolf."""

    name: ClassVar = "traitor-terminal"
    where: ClassVar = ""
    fault: ClassVar = (
        "forges reports, asks for others' documents, replays orders, does not pay, cries wolf"
    )
    without: ClassVar = ("own-issuances",)
    is_fault: ClassVar = False
    more_terminals: ClassVar = 1

    def __init__(self) -> None:
        self._attempts: list[Attempts] = []

    def set_up(self, stage: Stage) -> None:
        """Nothing is broken: it all begins when people come."""

    async def happen(self, stage: Stage, visits: Visits, loads: Sequence[Load]) -> list[Ended]:
        """Let honest people come to the other terminals meanwhile."""
        first, *then = loads
        ended = await serve_all(visits, self.plan(stage, first))
        terminal = extent_of(len(first.terminals) + 1).terminals[-1]
        traitor = _traitor(stage, visits, terminal)
        self._attempts.append(traitor)
        honest_are_done = asyncio.Event()
        harm = asyncio.create_task(traitor.go_on(honest_are_done.is_set))
        for load in then:
            ended += await serve_all(visits, self.plan(stage, load))
        honest_are_done.set()
        await harm
        # Once more, after the floods: nobody else may have lost their papers by them.
        ended += await serve_all(visits, self.plan(stage, then[-1] if then else first))
        await stage.release_stops()
        return ended

    def injected(self, stage: Stage, evidence: Evidence) -> int:
        """Return how often the traitor tried something."""
        del stage, evidence
        return sum(one.tried.total() for one in self._attempts)

    def asked_beside(self) -> int:
        """Return how many papers the traitor ordered."""
        return sum(one.hands.ordered for one in self._attempts)

    def refused_attempts(self) -> int:
        """Return how many of its attempts were refused."""
        return sum(one.refused.total() for one in self._attempts)

    def failures(self, stage: Stage, ended: Sequence[Ended]) -> list[str]:
        """Say what the traitor reached, and whom it kept from their papers."""
        del stage
        reached = {name for one in self._attempts for name, times in one.reached.items() if times}
        without = sum(one.served is None or not one.served.printed for one in ended)
        found = [f"the traitor reached: {name}" for name in sorted(reached)]
        if without:
            found.append(f"{without} honest people got no paper")
        return found


def _traitor(stage: Stage, visits: Visits, terminal: str) -> Attempts:
    layout = stage.installation.layout
    started = start_terminal(layout.terminal(terminal), stage.clock)
    card = VirtualCard.load(layout.card(ICHIKAWA, ACCOMPLICE))
    counter = Counter(started.machine, started.journal, Cardholder.of(card))
    hands = Hands(started, AsyncDriver(counter, visits.http), ICHIKAWA)

    async def others() -> list[OthersIssuance]:
        connection = await asyncpg.connect(stage.installation.facts.gateway_database)
        try:
            rows = await connection.fetch(_OTHERS, terminal)
        finally:
            await connection.close()
        return [OthersIssuance(row["issuance_id"], row["terminal"]) for row in rows]

    return Attempts(hands, others, random.Random(stage.seed))

"""The centre's gateway means harm."""

import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import ClassVar

from checker.evidence.evidence import Evidence
from local_stack.lying_gateway import LyingGateway
from local_stack.visits import Visit, Visits
from madoguchi_wire.gateway_api import PlaceOrder
from municipal_adapter.synthetic import synthetic_records

from proofs.incidents.incident import Incident
from proofs.incidents.load import ICHIKAWA, Ended, Load, serve_all
from proofs.incidents.stage import Stage
from proofs.incidents.traitors.doors import AtTheDoors
from proofs.incidents.traitors.forging import Forger
from proofs.incidents.traitors.lies import Liar


class TraitorGateway(Incident):
    """It forges, swaps, replays, holds back, says *go* at will, and asks adapters on its own."""

    name: ClassVar = "traitor-gateway"
    where: ClassVar = ""
    fault: ClassVar = (
        "forges, swaps and replays documents, holds back, says go at will, asks adapters on its own"
    )
    without: ClassVar = ("attestation",)

    def __init__(self) -> None:
        self._lies = 0
        self._given_at_the_doors = 0

    def set_up(self, stage: Stage) -> None:
        """Nothing is broken: it all begins when people come."""

    def plan(self, stage: Stage, load: Load) -> list[Visit]:
        """Let everybody come, half of them for all of their household."""
        del stage
        return load.visits(persons="all")

    async def happen(self, stage: Stage, visits: Visits, loads: Sequence[Load]) -> list[Ended]:
        """Put a liar before each replica, and send the liar to the adapter in the end."""
        chance = random.Random(stage.seed)
        liar = Liar(Forger(synthetic_records(ICHIKAWA, seed=stage.seed), chance), chance)
        ended: list[Ended] = []
        async with AsyncExitStack() as stack:
            fronts = [
                LyingGateway(gateway, lie=liar.lie, swallow=liar.swallow)
                for gateway in stage.installation.facts.gateways
            ]
            addresses = [await stack.enter_async_context(front.serving()) for front in fronts]
            behind = Visits(stage.installation, stage.clock, visits.http, addresses=addresses)
            stack.callback(behind.close)
            for load in loads:
                ended += await serve_all(behind, self.plan(stage, load))
                await stage.release_stops()
        seen = [one for front in fronts for one in front.seen if one.what == "orders"]
        orders = [PlaceOrder.model_validate_json(one.body) for one in seen if one.status < 300]
        doors = AtTheDoors(stage.installation, ICHIKAWA, stage.clock, visits.http)
        given = await doors.try_all(orders, chance)
        self._lies = liar.told.total() + len(given) * min(5, len(orders))
        self._given_at_the_doors = sum(given.values())
        return ended

    def injected(self, stage: Stage, evidence: Evidence) -> int:
        """Return how many lies were told."""
        del stage, evidence
        return self._lies

    def wrong(self, stage: Stage, evidence: Evidence) -> set[str]:
        """Return a name for each document that an adapter made without an order."""
        del stage, evidence
        return {f"made without an order, {number}" for number in range(self._given_at_the_doors)}

"""Arrivals are served as they come, and timed from when they were to come."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from local_stack.visits import Visit, Visits
from madoguchi_wire.order import Kind
from store_terminal_sim.core.problems import GatewayRefused, TerminalError

from proofs.isolation.arrivals import SHARES, Arrival


@dataclass(frozen=True)
class Served:
    """How one arrival ended."""

    municipality: str
    ms: float
    """From when they were to come until they left."""
    end: str
    """`printed`, `no terminal was free`, or the problem."""


class Counter:
    """Terminals of each municipality's cardholders, each with one cardholder of its own."""

    def __init__(self, visits: Visits, terminals: Sequence[str]) -> None:
        self._visits = visits
        each = len(terminals) // len(SHARES)
        self._free = {
            code: deque(
                (terminal, f"resident-{card:02d}")
                for card, terminal in enumerate(terminals[at * each : (at + 1) * each], start=1)
            )
            for at, code in enumerate(SHARES)
        }

    async def serve(self, arrivals: Iterable[Arrival]) -> list[Served]:
        """Serve everybody when they are to come, and wait until all have left."""
        began = asyncio.get_running_loop().time()
        tasks = [asyncio.create_task(self._one(one, began)) for one in arrivals]
        return await asyncio.gather(*tasks)

    async def is_well(self, municipality: str) -> bool:
        """Tell whether one more cardholder gets a paper."""
        served = await self.serve([Arrival(0, municipality, Kind.SEAL_REGISTRATION)])
        return served[0].end == "printed"

    async def _one(self, arrival: Arrival, began: float) -> Served:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, began + arrival.at_s - loop.time()))
        end = await self._visit(arrival)
        ms = (loop.time() - began - arrival.at_s) * 1000
        return Served(arrival.municipality, ms, end)

    async def _visit(self, arrival: Arrival) -> str:
        free = self._free[arrival.municipality]
        if not free:
            return "no terminal was free"
        # Everybody in turn, so that nobody reaches the most papers that a person may have a day.
        terminal, card = free.popleft()
        try:
            served = await self._visits.serve(
                Visit(terminal, arrival.municipality, card, arrival.kind)
            )
        except GatewayRefused as refused:
            return refused.problem.type.rsplit("/", 1)[-1]
        except TerminalError as error:
            return type(error).__name__
        finally:
            free.append((terminal, card))
        if served.printed:
            return "printed"
        problems = [one.problem.type.rsplit("/", 1)[-1] for one in served.refused if one.problem]
        return problems[0] if problems else "voided"

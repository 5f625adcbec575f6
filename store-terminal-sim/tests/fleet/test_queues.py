"""Nobody steps up again to a terminal that the gateway does not let in."""

import asyncio
from collections import Counter
from typing import NoReturn

from madoguchi_wire.errors import TerminalSuspended
from madoguchi_wire.kit.problems import problem_of
from store_terminal_sim.core.problems import GatewayRefused
from store_terminal_sim.fleet.load import Load, Person, Visit
from store_terminal_sim.fleet.queues import Queues


async def test_a_suspended_terminal_is_left_alone_and_counts_as_no_visit() -> None:
    came = Counter[str]()

    async def serve(visit: Visit) -> NoReturn:
        await asyncio.sleep(0)
        came[visit.terminal] += 1
        if came["open"] > 3:
            queues.stop()
        problem = problem_of(TerminalSuspended())
        if visit.terminal == "open":
            problem = problem.model_copy(update={"type": "/problems/out-of-hours"})
        raise GatewayRefused(problem)

    load = Load(1, [Person("122033", "resident-01"), Person("122033", "resident-02")], 1, 0.0)
    queues = Queues(["open", "suspended"], load, serve)
    await queues.keep_busy()
    assert came == {"open": 4, "suspended": 1}
    assert queues.suspended == {"suspended"}
    assert queues.ends == {"out-of-hours": 4}

"""Power fails for each service in mid-flow, under load, and the history still holds."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from checker.verdict import Verdict
from local_stack.crowd import Crowd, Load
from local_stack.system import LocalSystem
from local_stack.visits import Visits

VICTIMS = (
    *("gateway-1", "gateway-2", "adapter-122033", "adapter-131130", "adapter-132047"),
    *("relay", "stamper", "gateway-1", "gateway-2"),
)
TERMINALS = (
    *("komorebi-ichikawa-yawata-1", "komorebi-ichikawa-yawata-2", "komorebi-funabashi-1"),
    *("komorebi-shibuya-1", "komorebi-mitaka-1", "machikado-chiyoda-1", "machikado-kashiwa-1"),
    "ichikawa-city-hall-1",
)
THINK_S = 1.0
"""Terminals that never rest would take both cores from the services that start again."""
BETWEEN = 4
"""Papers that come out before the next victim falls, and again while it is down or after."""


@pytest.mark.system
def test_killing_every_service_under_load_leaves_a_history_that_holds(
    system: LocalSystem, verdict: Callable[[], Verdict]
) -> None:
    crowd = asyncio.run(kill_all(system))
    found = verdict()
    assert found.faults == ()
    assert found.holds
    assert found.issuances["completed"] == crowd.ends["printed"]
    assert found.issuances["completed"] >= len(VICTIMS) * BETWEEN
    assert found.issuances.get("voided", 0) == crowd.ends["voided"]
    assert found.reconciled


async def kill_all(system: LocalSystem) -> Crowd:
    async with aiohttp.ClientSession() as http:
        visits = Visits(system.installation, system.clock, http)
        crowd = Crowd(visits, TERMINALS, Load(think_s=THINK_S))
        busy = asyncio.create_task(crowd.keep_busy())
        try:
            for victim in VICTIMS:
                await asyncio.wait_for(crowd.printed(BETWEEN), 60)
                system.kill(victim)
                await asyncio.sleep(0.3)
                await system.restart(victim)
            await asyncio.wait_for(crowd.printed(BETWEEN), 60)
        finally:
            crowd.stop()
            await busy
            await visits.count_cash()
            visits.close()
    return crowd

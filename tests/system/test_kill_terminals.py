"""Power fails at a terminal at each step of its work; when it is back, everything is reported."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from checker.verdict import Verdict
from local_stack.system import LocalSystem
from local_stack.visits import Visit, Visits
from madoguchi_wire.order import Kind
from store_terminal_sim.driver.machine import Machine

PROGRAM = Path(__file__).with_name("dying_terminal.py")
DEATHS = (
    ("UseCard", "after"),
    ("HttpRequest:orders", "before"),
    ("HttpRequest:orders", "after"),
    ("HttpRequest:document", "before"),
    ("HttpRequest:document", "after"),
    ("TakeMoney", "before"),
    ("TakeMoney", "after"),
    ("HttpRequest:reports", "before"),
    ("HttpRequest:reports", "after"),
    ("Print", "before"),
    ("Print", "after"),
)
NOT_ORDERED = 2
"""The first deaths of the list: nothing was ordered yet."""
NEVER_FETCHED = 2
"""The next ones: the order was answered, and the document never asked for."""
KILLED = -9
TERMINALS = (
    *("komorebi-ichikawa-yawata-1", "komorebi-funabashi-1", "komorebi-shibuya-1"),
    *("komorebi-mitaka-1", "komorebi-yokohama-1", "komorebi-osaka-1", "machikado-kashiwa-1"),
    *("machikado-chiyoda-1", "machikado-setagaya-1", "machikado-chofu-1", "machikado-omiya-1"),
)
MUNICIPALITY = "122033"


@pytest.mark.system
def test_terminals_that_died_report_when_they_are_back_and_nobody_pays_twice(
    system: LocalSystem, verdict: Callable[..., Verdict]
) -> None:
    asyncio.run(die_everywhere(system))
    before = asyncio.run(states(system))
    asyncio.run(come_back(system))
    # Nobody but the killed programs stood there, and they wrote nothing down.
    found = verdict(noted=False)
    assert found.faults == ()
    assert before == {"prepared": NEVER_FETCHED, "delivered": 4, "paid": 3}
    # What was prepared and never fetched expires by itself.
    assert found.issuances == {
        "completed": len(TERMINALS),
        "prepared": NEVER_FETCHED,
        "voided": len(DEATHS) - NOT_ORDERED - NEVER_FETCHED,
    }
    for terminal in TERMINALS:
        machine = Machine(system.installation.layout.terminal(terminal))
        assert len(machine.inserted) - len(machine.refunded) == 1, "one paper, one fee"


async def die_everywhere(system: LocalSystem) -> None:
    deaths = zip(TERMINALS, DEATHS, strict=True)
    codes = await asyncio.gather(
        *(die(system, number, terminal, *death) for number, (terminal, death) in enumerate(deaths))
    )
    assert codes == [KILLED] * len(DEATHS)


async def die(system: LocalSystem, number: int, terminal: str, step: str, moment: str) -> int:
    installation = system.installation
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        str(installation.layout.terminal(terminal)),
        str(installation.layout.card(MUNICIPALITY, card(number))),
        *(MUNICIPALITY, Kind.RESIDENT_RECORD.value, step, moment),
        repr(installation.facts.clock_offset_seconds),
    )
    return await child.wait()


async def states(system: LocalSystem) -> dict[str, int]:
    connection = await asyncpg.connect(system.installation.facts.gateway_database)
    try:
        rows = await connection.fetch("SELECT state, count(*) FROM issuances GROUP BY state")
        return {row["state"]: row["count"] for row in rows}
    finally:
        await connection.close()


async def come_back(system: LocalSystem) -> None:
    """Switch every terminal on again, with its next customer before it."""
    async with aiohttp.ClientSession() as http:
        visits = Visits(system.installation, system.clock, http)
        try:
            for number, terminal in enumerate(TERMINALS):
                visit = Visit(terminal, MUNICIPALITY, card(number), Kind.SEAL_REGISTRATION)
                served = await visits.serve(visit)
                assert len(served.printed) == 1
            await visits.count_cash()
        finally:
            visits.close()


def card(number: int) -> str:
    return f"resident-{number + 1:02d}"

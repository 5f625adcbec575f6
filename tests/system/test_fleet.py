"""A hundred terminals at once: power fails at many, the gateway is away, and all is told later."""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random

import aiohttp
import asyncpg
import pytest
from checker.evidence.evidence import gather
from checker.verdict import Verdict, judge
from local_stack.crowd import Crowd, Load
from local_stack.databases import PostgresServer
from local_stack.folders import card_keys
from local_stack.installation.extent import Extent
from local_stack.settling import settle
from local_stack.system import LocalSystem
from local_stack.visits import Visits
from store_terminal_sim.core.entries import ReportWritten
from store_terminal_sim.journal import complete_entries

GATEWAYS = ("gateway-1", "gateway-2")
EXTENT = Extent(fleet=100, cards=34, papers_a_day=1000)
AWAY_S = 2.0
PATIENCE_S = 60


@pytest.fixture
def system(
    postgres: PostgresServer, centre_postgres: PostgresServer, tmp_path: Path
) -> Iterator[LocalSystem]:
    made = LocalSystem(
        tmp_path / "installation",
        postgres,
        prefix=f"fleet_{secrets.token_hex(4)}",
        card_keys=card_keys(),
        centre=centre_postgres,
        environment={"KAFKA_BOOTSTRAP_SERVERS": ""},
        extent=EXTENT,
    )
    try:
        with made:
            yield made
    finally:
        made.drop_databases()


@pytest.mark.system
def test_a_fleet_of_a_hundred_reports_everything_by_itself_after_power_cuts_and_an_absence(
    system: LocalSystem,
) -> None:
    crowd, cuts = asyncio.run(a_hard_day(system))
    assert crowd.ends["PowerLost"] >= cuts / 2 > 0, "power failed in the middle of visits"
    found = judged(system)
    assert found.faults == ()
    assert found.holds
    assert found.reconciled
    assert found.issuances["completed"] >= crowd.ends["printed"] >= len(EXTENT.terminals)
    assert asyncio.run(reports_of_gateway(system)) == reports_of_journals(system)


async def a_hard_day(system: LocalSystem) -> tuple[Crowd, int]:
    terminals, chance = EXTENT.terminals, Random(11)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        visits = Visits(system.installation, system.clock, http)
        crowd = Crowd(visits, terminals, Load(seed=11, cards=EXTENT.cards))
        busy = asyncio.create_task(crowd.keep_busy())
        try:
            await asyncio.wait_for(crowd.printed(50), PATIENCE_S)
            cuts = await cut_power(visits, chance.sample(terminals, 40), chance)
            for gateway in GATEWAYS:
                system.kill(gateway)
            cuts += await cut_power(visits, chance.sample(terminals, 20), chance)
            await asyncio.sleep(AWAY_S)
            for gateway in GATEWAYS:
                await system.restart(gateway)
            await asyncio.wait_for(crowd.printed(50), PATIENCE_S)
        finally:
            crowd.stop()
            await busy
        assert await visits.fleet.all_told(PATIENCE_S), "by themselves"
        await visits.count_cash()
        visits.close()
    return crowd, cuts


async def cut_power(visits: Visits, terminals: list[str], chance: Random) -> int:
    """Cut the power of those that are in the middle of something; return how many."""
    cut = 0
    for terminal in terminals:
        await asyncio.sleep(chance.uniform(0, 0.1))
        if visits.fleet[terminal].is_busy:
            visits.fleet[terminal].cut_power()
            cut += 1
    return cut


def judged(system: LocalSystem) -> Verdict:
    settle(system, PATIENCE_S)
    papers = sorted(system.installation.layout.terminals.glob("*/papers"))
    return judge(asyncio.run(gather(system.folder, papers)))


async def reports_of_gateway(system: LocalSystem) -> dict[str, dict[int, str]]:
    connection = await asyncpg.connect(system.installation.facts.gateway_database)
    try:
        rows = await connection.fetch("SELECT terminal, sequence, token FROM reports")
    finally:
        await connection.close()
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        found[row["terminal"]][row["sequence"]] = row["token"]
    return found


def reports_of_journals(system: LocalSystem) -> dict[str, dict[int, str]]:
    """Return what the terminals wrote down, numbered without gaps."""
    found: dict[str, dict[int, str]] = {}
    for path in system.installation.layout.terminals.glob("*/journal.jsonl"):
        entries, _ = complete_entries(path.read_bytes())
        written = [entry for entry in entries if isinstance(entry, ReportWritten)]
        assert [entry.sequence for entry in written] == list(range(1, len(written) + 1))
        if written:
            found[path.parent.name] = {entry.sequence: entry.token for entry in written}
    return found

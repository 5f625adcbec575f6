"""The terminals of a nation in memory: read when they change, and only then."""

import asyncio
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest
from gateway.settings import Settings
from gateway.terminals.registry import TerminalRegistry
from gateway.terminals.terminal import TerminalState
from madoguchi_wire.kit.pool import Connection, prepare_connection

TERMINALS = 60_000
_MORE = """
    INSERT INTO terminals (terminal, site, state)
    SELECT 'tokiwa-more-' || number, (SELECT min(site) FROM sites), 'enrolled'
    FROM generate_series(1, $1::int) AS number
"""
CHANGES = [
    "UPDATE terminals SET state = 'suspended' WHERE terminal = 'tokiwa-0001-1'",
    "UPDATE sites SET name = name || '二'",
    "UPDATE chain_commissions SET yen = yen + 1",
    "INSERT INTO chain_commissions SELECT chain, '2030-04-01', 100 FROM chains LIMIT 1",
    "INSERT INTO terminals SELECT 'tokiwa-0009-1', min(site), 'enrolled' FROM sites",
    "DELETE FROM terminals WHERE terminal = 'tokiwa-0001-1'",
    "DELETE FROM chain_commissions",
    "TRUNCATE terminals",
]


@pytest.fixture
async def connection(gateway_settings: Settings) -> AsyncIterator[Connection]:
    opened = await asyncpg.connect(gateway_settings.database_url)
    await prepare_connection(opened)
    yield opened
    await opened.close()


async def version(connection: Connection) -> int:
    return int(await connection.fetchval("SELECT number FROM places_version"))


async def test_every_change_counts_and_what_changes_nothing_does_not(
    connection: Connection,
) -> None:
    for change in CHANGES:
        before = await version(connection)
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(change)
        assert await version(connection) > before, change
        await transaction.rollback()
    before = await version(connection)
    await connection.execute("UPDATE sites SET name = name WHERE site = 'nowhere'")
    await connection.execute(
        "INSERT INTO terminals SELECT * FROM terminals ON CONFLICT (terminal) DO NOTHING"
    )
    assert await version(connection) == before


@pytest.mark.alone
async def test_a_nations_terminals_are_read_in_time_and_keep_nobody_waiting(
    connection: Connection,
) -> None:
    """Within 5 s (0.4 s on two cores), in slices; a look that finds nothing new reads none."""
    registry, longest = TerminalRegistry(), 0.0

    async def others() -> None:
        nonlocal longest
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0)
            longest, last = max(longest, time.perf_counter() - last), time.perf_counter()

    await registry.refresh(connection)
    await connection.execute(_MORE, TERMINALS)
    beside, began = asyncio.create_task(others()), time.perf_counter()
    await registry.refresh(connection)
    took = time.perf_counter() - began
    beside.cancel()
    assert registry.usable(f"tokiwa-more-{TERMINALS}").chain == "tokiwa"
    assert took < 5
    assert longest < took / 5
    began = time.perf_counter()
    await registry.refresh(connection)
    assert time.perf_counter() - began < took / 5


async def test_a_withheld_terminal_is_suspended_and_works_again(connection: Connection) -> None:
    registry, name = TerminalRegistry(), "tokiwa-0001-1"
    await registry.refresh(connection)
    await connection.execute(
        "INSERT INTO terminal_withholdings (terminal, state, decided_by, reason)"
        " VALUES ($1, 'lost', 'sato', 'the machine is gone')",
        name,
    )
    await registry.refresh(connection)
    found = registry.find(name)
    assert found is not None
    assert found.state is TerminalState.SUSPENDED
    await connection.execute("DELETE FROM terminal_withholdings")
    await registry.refresh(connection)
    assert registry.usable(name).state is TerminalState.ENROLLED

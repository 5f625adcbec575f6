"""All municipalities of the country at once: how long, how large, and how look-ups fare."""

import asyncio
import gc
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import islice, product

import psutil
import pytest
from gateway.municipalities.deciding import decide_all
from gateway.municipalities.life import Step
from gateway.municipalities.proposal import Proposal
from gateway.municipalities.registry import MunicipalityRegistry
from gateway.settings import Settings
from local_stack.in_force import BY, decision_settings
from madoguchi_wire.kit.pool import Connection, open_pool
from madoguchi_wire.municipality_code import check_digit

ALL = 1741
IN_FORCE_S = 5.0
MOST_MB = 60
"""Some 13 KB for each, twice over."""
MOST_RATIO = 2.0
LONGEST_PAUSE_S = 0.25
_PUT = """
    INSERT INTO municipality_versions (municipality, version, digest, body)
    SELECT code, 1, digest, jsonb_set(body, '{code}', to_jsonb(code))
    FROM municipality_versions, unnest($1::text[]) AS code WHERE municipality = '122033'
"""
_DECIDED = """
    INSERT INTO municipality_decisions
        (municipality, state, version, in_force_from, persons, reason)
    SELECT code, state, version, in_force_from, persons, reason
    FROM municipality_decisions, unnest($1::text[]) AS code WHERE municipality = '122033'
"""


def _codes(number: int) -> list[str]:
    fives = (
        f"{prefecture:02}{town:03}" for town, prefecture in product(range(300, 999), range(1, 48))
    )
    return list(islice((five + str(check_digit(five)) for five in fives), number))


async def _add(connection: Connection, codes: list[str]) -> None:
    for statement in (_PUT, _DECIDED):
        await connection.execute(statement, codes)


async def _refreshed(connection: Connection) -> MunicipalityRegistry:
    registry = MunicipalityRegistry()
    await registry.refresh(connection)
    return registry


async def _longest_pause() -> float:
    longest, last = 0.0, time.monotonic()
    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(0)
            now = time.monotonic()
            longest, last = max(longest, now - last), now
    return longest


async def _shortest(act: Callable[[], Awaitable[None]], times: int = 9) -> float:
    taken: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        await act()
        taken.append(time.perf_counter() - began)
    return min(taken)


async def _looking_up(registry: MunicipalityRegistry, codes: list[str]) -> float:
    asked = (codes * (6000 // len(codes) + 1))[:6000]

    async def look() -> None:
        for code in asked:
            registry.live(code)

    return await _shortest(look)


@pytest.mark.alone
async def test_a_nation_is_in_force_in_seconds_and_a_look_up_takes_no_longer_than_among_three(
    gateway_settings: Settings,
) -> None:
    codes, process = _codes(ALL), psutil.Process()
    async with (
        await open_pool(gateway_settings.database_url, None) as pool,
        pool.acquire() as connection,
    ):
        await _add(connection, codes[:2])
        three = await _refreshed(connection)
        assert len(three.all_live()) == 3
        await _add(connection, codes[2:-1])
        gc.collect()
        before, began = process.memory_info().rss, time.monotonic()
        pauses = asyncio.create_task(_longest_pause())
        nation = await _refreshed(connection)
        in_force_s = time.monotonic() - began
        pauses.cancel()
        gc.collect()
        grown_mb = (process.memory_info().rss - before) / 1e6
        assert len(nation.all_live()) == ALL

        few, many = await _looking_up(three, codes[:2]), await _looking_up(nation, codes[:-1])
        again = await _shortest(lambda: nation.refresh(connection))
        await decide_all(
            [Proposal(codes[7], Step.SUSPEND, BY)], decision_settings(gateway_settings)
        )
        one = time.perf_counter()
        await nation.refresh(connection)
        one = time.perf_counter() - one
        assert len(nation.all_live()) == ALL - 1
    figures = {
        "in_force_s": round(in_force_s, 2),
        "grown_mb": round(grown_mb, 1),
        "look_up_ratio": round(many / few, 2),
        "pause_s": round(await pauses, 3),
        "again_s": round(again, 4),
        "one_s": round(one, 4),
    }
    sys.stdout.write(f"{figures}\n")
    assert in_force_s < IN_FORCE_S, figures
    assert grown_mb < MOST_MB, figures
    assert many / few < MOST_RATIO, figures
    assert await pauses < LONGEST_PAUSE_S, figures
    assert max(again, one) < in_force_s / 10, figures

"""The database's time carries the simulation's offset, and a wrong clock is measured."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.kit.database_time import CREATE_NOW, clock_drift, server_settings

HOUR = timedelta(hours=1)


@asynccontextmanager
async def connected(url: str, settings: dict[str, str]) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, server_settings=settings)
    try:
        await connection.execute(CREATE_NOW)
        yield connection
    finally:
        await connection.close()


@pytest.mark.parametrize("offset", [timedelta(0), 40 * 24 * HOUR, timedelta(seconds=-1.5)])
async def test_database_and_processes_are_shifted_alike(
    offset: timedelta, fresh_database: Callable[[], str]
) -> None:
    async with connected(fresh_database(), server_settings(offset)) as connection:
        assert abs(await clock_drift(connection, SystemClock(offset))) < 1
        ahead = await clock_drift(connection, SystemClock(offset + HOUR))
        assert ahead == pytest.approx(3600, abs=1)


async def test_a_connection_without_an_offset_has_the_real_time(
    fresh_database: Callable[[], str],
) -> None:
    async with connected(fresh_database(), {}) as connection:
        there: datetime = await connection.fetchval("SELECT madoguchi_now()")
        assert abs(there - datetime.now(UTC)) < timedelta(seconds=1)


async def test_time_goes_on_within_a_transaction(fresh_database: Callable[[], str]) -> None:
    async with connected(fresh_database(), {}) as connection, connection.transaction():
        first = await connection.fetchval("SELECT madoguchi_now()")
        await connection.execute("SELECT pg_sleep(0.01)")
        assert await connection.fetchval("SELECT madoguchi_now()") > first

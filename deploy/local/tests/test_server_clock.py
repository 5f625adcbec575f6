"""The clock of a server moves under connections that are open."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
from local_stack.postgres import LocalPostgres
from local_stack.server_clock import move_servers
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.kit.database_time import CREATE_NOW, clock_drift, server_settings
from madoguchi_wire.kit.pool import open_pool


async def test_open_connections_follow(postgres_folder: Path) -> None:
    # A server of its own: the clock of all databases on it moves.
    server = LocalPostgres(postgres_folder / "moved", like=postgres_folder / "fresh", durable=False)
    address = server.start()
    try:
        pool = await open_pool(address, None)
        idle = await asyncpg.connect(address)
        own = await asyncpg.connect(address, server_settings=server_settings(timedelta(days=1)))
        await idle.execute(CREATE_NOW)
        for offset in (datetime(2010, 4, 1, tzinfo=UTC) - datetime.now(UTC), timedelta(days=400)):
            await move_servers([address], offset)
            assert abs(await clock_drift(idle, SystemClock(offset))) < 0.5
            async with pool.acquire() as pooled:
                assert abs(await clock_drift(pooled, SystemClock(offset))) < 0.5
            assert abs(await clock_drift(own, SystemClock(timedelta(days=1)))) < 0.5
        await idle.close()
        await own.close()
        await pool.close()
    finally:
        server.stop()

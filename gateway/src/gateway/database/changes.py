"""Replicas hear of new configuration by NOTIFY, and ask by themselves as well."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import asyncpg
import structlog

from gateway.database.pool import Connection, prepare_connection, server_settings

CHANNEL = "gateway_configuration"
POLL_S = 2.0
_RETRY_S = 0.5
_log = structlog.get_logger()


async def follow(
    database_url: str,
    clock_offset: timedelta,
    refresh: Callable[[Connection], Awaitable[None]],
) -> None:
    """Call `refresh` at every change and every `POLL_S`, for ever, over lost connections."""
    while True:
        try:
            connection = await asyncpg.connect(
                database_url, server_settings=server_settings(clock_offset)
            )
            try:
                await _listen(connection, refresh)
            finally:
                connection.terminate()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("configuration_not_followed", reason=type(error).__name__)
            await asyncio.sleep(_RETRY_S)


async def _listen(
    connection: "asyncpg.Connection[asyncpg.Record]",
    refresh: Callable[[Connection], Awaitable[None]],
) -> None:
    changed = asyncio.Event()
    await prepare_connection(connection)
    await connection.add_listener(CHANNEL, lambda *_: changed.set())
    while True:
        changed.clear()
        await refresh(connection)
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_S):
                await changed.wait()

"""Replicas hear of new configuration by NOTIFY, and ask by themselves as well."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import NoReturn

import asyncpg
import structlog
from madoguchi_wire.kit.pool import Connection, prepare_connection, server_settings

Refresher = Callable[[Connection], Awaitable[None]]
CHANNEL = "gateway_configuration"
POLL_S = 1.0
"""A stop counts on every replica within a second, whether its notice arrives or not."""
_RETRY_S = 0.5
_log = structlog.get_logger()


class Follower:
    """Calls its refreshers at every change and every `POLL_S`, over lost connections."""

    def __init__(
        self,
        database_url: str,
        clock_offset: timedelta | None,
        refreshers: tuple[Refresher, ...],
    ) -> None:
        self._database_url = database_url
        self._clock_offset = clock_offset
        self._refreshers = refreshers
        self._refreshed_at = float("-inf")

    @property
    def age_s(self) -> float:
        """Seconds since everything was last known to be fresh."""
        return time.monotonic() - self._refreshed_at

    async def refresh(self, connection: Connection) -> None:
        """Bring everything up to date, now, in the order of the refreshers.

        Raises:
            Exception: one of them failed; the others were called all the same.

        """
        faults = [await _fault(refresher, connection) for refresher in self._refreshers]
        for fault in faults:
            if fault is not None:
                raise fault
        self._refreshed_at = time.monotonic()

    async def run(self) -> NoReturn:
        """Follow for ever."""
        while True:
            try:
                await self._follow()
            except Exception as error:
                # Whatever it is, a stop has to be heard: we begin anew with all of them.
                _log.warning("configuration_not_followed", reason=type(error).__name__)
            await asyncio.sleep(_RETRY_S)

    async def _follow(self) -> None:
        connection = await asyncpg.connect(
            self._database_url, server_settings=server_settings(self._clock_offset)
        )
        try:
            await prepare_connection(connection)
            changed = asyncio.Event()
            await connection.add_listener(CHANNEL, _setter(changed))
            while True:
                changed.clear()
                await self.refresh(connection)
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await changed.wait()
        finally:
            connection.terminate()


async def _fault(refresher: Refresher, connection: Connection) -> Exception | None:
    try:
        await refresher(connection)
    except Exception as error:
        return error
    return None


def _setter(event: asyncio.Event) -> Callable[..., None]:
    def heard(*_: object) -> None:
        event.set()

    return heard

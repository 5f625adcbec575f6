"""The beacons of municipalities, fetched from their adapters and kept as long as they are good."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import aiohttp
from madoguchi_wire.adapter_api import Beacon
from madoguchi_wire.clock import Clock
from madoguchi_wire.encoding import strict_json
from madoguchi_wire.errors import AdapterFailed, AdapterNonsense, AdapterPaused, AdapterTimeout
from madoguchi_wire.kit import telemetry
from madoguchi_wire.kit.bounded import TooMuch, read_at_most

from gateway.adapters.breaker import Breaker, BreakerRules

_RULES = BreakerRules(least=3, open_s=3, probes=1)
"""People wait before a menu: after three failures they are told at once."""
_TIMEOUT = aiohttp.ClientTimeout(total=3)
_MAXIMUM_BYTES = 8192
_MARGIN = timedelta(seconds=2)
"""A beacon is fetched anew this long before its end, so that a menu never shows a dead one."""


class Beacons:
    """The beacon of each municipality; those who wait for the same one share one fetch."""

    def __init__(self, http: aiohttp.ClientSession, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._kept: dict[str, Beacon] = {}
        self._fetches: dict[str, asyncio.Task[Beacon]] = {}
        self._breakers: dict[str, Breaker] = {}

    async def beacon_of(self, municipality: str, adapters: Sequence[str], lane: str) -> Beacon:
        """Return a beacon that is good now, from the first adapter that gives one.

        `lane`: those of one share what is kept of it, and its breaker.

        Raises:
            AdapterFailed: no adapter gave one; of several faults, the last one.
            AdapterPaused: they failed again and again just now.

        """
        kept = self._kept.get(lane)
        if kept is not None and self._clock.now() + _MARGIN <= kept.good_until:
            return kept
        fetch = self._fetches.get(lane)
        if fetch is None:
            fetch = asyncio.create_task(self._try(municipality, adapters, lane))
            self._fetches[lane] = fetch
            fetch.add_done_callback(lambda _: self._fetches.pop(lane))
        # Whoever hangs up must not take the fetch from the others.
        return await asyncio.shield(fetch)

    async def _try(self, municipality: str, adapters: Sequence[str], lane: str) -> Beacon:
        breaker = self._breakers.setdefault(lane, Breaker(_RULES))
        went = breaker.enter(time.monotonic())
        if went is None:
            raise AdapterPaused()
        failed: bool | None = None
        try:
            beacon = self._kept[lane] = await self._fetch(municipality, adapters)
            failed = False
        except AdapterFailed:
            failed = True
            raise
        finally:
            breaker.leave(went, time.monotonic(), failed=failed)
        return beacon

    async def _fetch(self, municipality: str, adapters: Sequence[str]) -> Beacon:
        fault = AdapterFailed()
        for adapter in adapters:
            try:
                return await self._ask(f"{adapter}/v1/municipalities/{municipality}/beacon")
            except AdapterFailed as error:
                fault = error
        raise fault

    async def _ask(self, address: str) -> Beacon:
        beacon = await self._asked(address)
        if self._is_over(beacon):
            # Its minute ended on the way to us: the next one has begun.
            beacon = await self._asked(address)
        if self._is_over(beacon):
            raise AdapterNonsense()
        return beacon

    def _is_over(self, beacon: Beacon) -> bool:
        return beacon.good_until <= self._clock.now()

    async def _asked(self, address: str) -> Beacon:
        headers: dict[str, str] = {}
        telemetry.inject(headers)
        try:
            async with self._http.get(address, headers=headers, timeout=_TIMEOUT) as answer:
                if answer.status >= 500:
                    raise AdapterFailed()
                body = await read_at_most(answer, _MAXIMUM_BYTES)
        except TimeoutError as error:
            raise AdapterTimeout() from error
        except aiohttp.ClientError as error:
            raise AdapterFailed() from error
        except TooMuch as error:
            raise AdapterNonsense() from error
        return _read(answer.status, body)


def _read(status: int, body: bytes) -> Beacon:
    if status != 200:
        raise AdapterNonsense()
    try:
        return Beacon.model_validate(strict_json(body))
    except ValueError as error:
        raise AdapterNonsense() from error

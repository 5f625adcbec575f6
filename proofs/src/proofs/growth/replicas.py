"""The gateway's replicas, looked at from outside: what they show, how large they are."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
import psutil
from gateway.terminals.tokens import issue_token
from local_stack.installation.facts import GATEWAY_NAME
from local_stack.installation.make import Installation
from local_stack.processes import ManagedProcess
from madoguchi_wire.clock import Clock

from proofs.growth.tally import Tally

PATIENCE_S = 60.0
"""How long a replica that is too slow is waited for, so that the report says how slow it was."""
_POLL_S = 0.02
_UNKNOWN = "/problems/terminal-unknown"
_GOOD, _BROKEN = 200, 500
_LOOK_S = 0.25


@dataclass(frozen=True)
class Answered:
    """What a replica said when it was asked for a menu."""

    status: int
    problem: str | None
    version: int | None
    """Of the municipality, under which it is served."""


@dataclass
class Replicas:
    """Two replicas that must not be started again."""

    processes: list[ManagedProcess]
    installation: Installation
    clock: Clock
    http: aiohttp.ClientSession
    _begun: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Note which processes they are."""
        self._begun = [one.pid for one in self.processes]

    @property
    def never_stopped(self) -> bool:
        """Tell whether they are the processes that they were in the beginning."""
        same = [one.pid for one in self.processes] == self._begun
        return same and all(one.running for one in self.processes)

    def rss_mb(self) -> float:
        """Return the memory of the largest."""
        return max(psutil.Process(one.pid).memory_info().rss for one in self.processes) / 1e6

    async def until_known(self, terminal: str) -> float:
        """Wait until every replica knows a terminal; return seconds."""
        code = next(iter(self.installation.facts.adapters))

        async def known(gateway: str) -> bool:
            answered = await self._menu(gateway, code, terminal)
            return answered.status < _BROKEN and answered.problem != _UNKNOWN

        return await self._until(known)

    async def until_shown(self, versions: Mapping[str, int], terminal: str) -> float:
        """Wait until every replica shows these versions' menus at a terminal; return seconds.

        Args:
            versions: by municipality.
            terminal: any that may print papers of them all.

        """

        async def shown(gateway: str) -> bool:
            answered = [await self._menu(gateway, code, terminal) for code in versions]
            return [one.version for one in answered] == list(versions.values())

        return await self._until(shown)

    async def watch(self, code: str, terminal: str, tally: Callable[[], Tally]) -> None:
        """Look at memory and at one menu, again and again, until cancelled."""
        while True:
            for gateway in self.installation.facts.gateways:
                began = time.perf_counter()
                answered = await self._menu(gateway, code, terminal)
                tally().lookups.append(time.perf_counter() - began)
                if answered.status != _GOOD:
                    tally().failures[f"menu answered {answered.status}"] += 1
            tally().rss_mb = max(tally().rss_mb, self.rss_mb())
            await asyncio.sleep(_LOOK_S)

    async def _until(self, holds: Callable[[str], Awaitable[bool]]) -> float:
        began = time.monotonic()
        for gateway in self.installation.facts.gateways:
            while not await holds(gateway):
                if time.monotonic() - began > PATIENCE_S:
                    return time.monotonic() - began
                await asyncio.sleep(_POLL_S)
        return time.monotonic() - began

    async def _menu(self, gateway: str, code: str, terminal: str) -> Answered:
        secret = self.installation.layout.token_secret.read_bytes()
        token = issue_token(terminal, GATEWAY_NAME, secret, self.clock.now())
        headers = {"Authorization": f"Bearer {token}"}
        address = f"{gateway}/v1/municipalities/{code}/menu"
        async with self.http.get(address, headers=headers) as answer:
            told = await answer.json(content_type=None)
        return Answered(answer.status, told.get("type"), told.get("configuration_version"))

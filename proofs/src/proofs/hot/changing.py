"""Prices, suspensions and rollbacks, each timed until every replica has heard of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import yaml
from gateway.municipalities.deciding import decide_all
from gateway.municipalities.life import Step
from gateway.municipalities.loader import put_folder
from gateway.municipalities.proposal import Proposal
from gateway.terminals.tokens import issue_token
from local_stack.in_force import BY
from local_stack.installation.databases import deciding_in
from local_stack.installation.facts import GATEWAY_NAME, MUNICIPALITIES
from local_stack.installation.make import Installation
from madoguchi_wire.clock import Clock
from madoguchi_wire.kit.strict_files import ConfigurationFault
from madoguchi_wire.kit.yaml_file import yaml_text

WITHIN_S = 5.0
_POLL_S = 0.02
_Act = Callable[[str], Awaitable[None]]
_PRICES = range(200, 410, 10)


@dataclass(frozen=True)
class Change:
    """One change, and how long it took from the command to the last replica."""

    step: str
    municipality: str
    version: int
    seconds: float


class NotHeard(Exception):
    """A replica did not hear of a change in time, or heard of one that was none."""


@dataclass
class Changes:
    """Changes one municipality after the other, as officers would."""

    installation: Installation
    clock: Clock
    http: aiohttp.ClientSession
    terminal: str
    """Whose menus are looked at: one at which nobody stands."""
    folder: Path
    """Where changed files are written."""
    chance: Random
    done: list[Change] = field(default_factory=list[Change])
    broken: int = 0
    """Files with a fault that were put beside them, and changed nothing."""
    _suspended: str | None = None
    _live: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """Versions that were live, by municipality; the last one is in force."""

    def __post_init__(self) -> None:
        """Begin with what the installation has: its first versions."""
        self._settings = deciding_in(self.installation.layout, self.installation.facts)
        self._live = {code: [1] for code in MUNICIPALITIES}

    async def make(self, number: int) -> None:
        """Make this many changes; at the end nothing is suspended.

        Raises:
            NotHeard: a replica did not follow within `WITHIN_S`.

        """
        while number > 0 or self._suspended is not None:
            number -= 1
            if self._suspended is not None:
                await self._resume(self._suspended)
                continue
            code = self.chance.choice(MUNICIPALITIES)
            acts: list[_Act] = [*[self._price] * 6, *[self._suspend] * 2]
            if len(self._live[code]) > 1:
                acts += [self._roll_back, self._roll_back]
            await self.chance.choice(acts)(code)
            if len(self.done) % 20 == 0:
                await self._put_broken(code)

    async def _price(self, code: str) -> None:
        began = time.monotonic()
        put = await put_folder(self._written(code, self._repriced(code)), self._settings)
        version = put.versions[0].version
        await self._decide(Step.GO_LIVE, code, version, began)
        self._live[code].append(version)

    async def _roll_back(self, code: str) -> None:
        del self._live[code][-1]
        await self._decide(Step.ROLLBACK, code, self._live[code][-1], time.monotonic())

    async def _suspend(self, code: str) -> None:
        self._suspended = code
        await self._decide(Step.SUSPEND, code, self._live[code][-1], time.monotonic())

    async def _resume(self, code: str) -> None:
        self._suspended = None
        await self._decide(Step.RESUME, code, self._live[code][-1], time.monotonic())

    async def _decide(self, step: Step, code: str, version: int, began: float) -> None:
        wanted = version if step is Step.ROLLBACK else None
        await decide_all([Proposal(code, step, BY, version=wanted)], self._settings)
        menu = None if step is Step.SUSPEND else version
        for gateway in self.installation.facts.gateways:
            while await self._shown(gateway, code) != menu:
                if time.monotonic() - began > WITHIN_S:
                    raise NotHeard(
                        f"change {len(self.done) + 1}, {step} of {code} to version {version}: not"
                        f" at {gateway}, which shows {await self._shown(gateway, code)} now"
                    )
                await asyncio.sleep(_POLL_S)
        self.done.append(Change(step.value, code, version, time.monotonic() - began))

    async def _put_broken(self, code: str) -> None:
        """Put a file with a fault; raises NotHeard if that does anything."""
        before = [await self._shown(one, code) for one in self.installation.facts.gateways]
        body = self._repriced(code)
        body["tariffs"] = []
        try:
            await put_folder(self._written(code, body), self._settings)
        except ConfigurationFault:
            self.broken += 1
        after = [await self._shown(one, code) for one in self.installation.facts.gateways]
        if after != before:
            raise NotHeard(f"{code}: a broken file changed what is in force")

    def _repriced(self, code: str) -> dict[str, Any]:
        sample = self.installation.layout.configuration / "municipalities" / f"{code}.yaml"
        body: dict[str, Any] = yaml.safe_load(sample.read_text("utf-8"))
        yen = self.chance.choice(_PRICES)
        tariff = {"version": f"change {len(self.done)}", "from": "2010-02-02"}
        body["tariffs"] = [tariff | {"prices": dict.fromkeys(body["offers"], yen)}]
        return body

    def _written(self, code: str, body: dict[str, Any]) -> Path:
        target = self.folder / "municipalities"
        target.mkdir(parents=True, exist_ok=True)
        for path in target.iterdir():
            path.unlink()
        (target / f"{code}.yaml").write_text(yaml_text(body), "utf-8")
        return self.folder

    async def _shown(self, gateway: str, code: str) -> int | None:
        """Return the version of the menu that a gateway shows; None: it is not live."""
        secret = self.installation.layout.token_secret.read_bytes()
        token = issue_token(self.terminal, GATEWAY_NAME, secret, self.clock.now())
        headers = {"Authorization": f"Bearer {token}"}
        address = f"{gateway}/v1/municipalities/{code}/menu"
        async with self.http.get(address, headers=headers) as answer:
            told = await answer.json(content_type=None)
        if answer.status == 200:
            return told["configuration_version"]
        if told["type"] == "/problems/municipality-not-live":
            return None
        raise NotHeard(f"{gateway}: the menu of {code} is refused: {told['type']}")

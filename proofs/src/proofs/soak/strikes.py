"""The kinds of faults, each with how it strikes and how it is mended."""

import asyncio
import http.client
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlsplit

from local_stack.installation.facts import MUNICIPALITIES
from store_terminal_sim.core.effects import Effect, HttpRequest, Print, TakeMoney
from store_terminal_sim.driver.failures import Moment, PowerCut

from proofs.faults.disk import fill_disk, free_disk
from proofs.faults.line import Line
from proofs.soak.stage import GATEWAYS, Stage

_ADAPTERS = tuple(f"adapter-{code}" for code in MUNICIPALITIES)
_KILLED = (*GATEWAYS, *_ADAPTERS, "relay", "stamper", "postgres")
_SKEW_S = 5.0
_HELD_S = 2.0
_DELAY_S = 0.25
_BYTES_PER_S = 200_000
_POWER_CUTS = 3


class NotStruck(Exception):
    """A fault could not be done as it was planned; the text says why."""


@dataclass
class Power:
    """Which terminals lose their power at the next step that matters."""

    doomed: set[str] = field(default_factory=set[str])
    cut: int = 0

    def over(self, terminal: str) -> Callable[[Effect, Moment], None]:
        """Return what watches a terminal's steps."""

        def watch(effect: Effect, moment: Moment) -> None:
            matters = isinstance(effect, TakeMoney | Print) or (
                isinstance(effect, HttpRequest) and effect.url.endswith(("/document", "/reports"))
            )
            if matters and terminal in self.doomed and (moment == "before") == (self.cut % 2 == 0):
                self.doomed.discard(terminal)
                self.cut += 1
                raise PowerCut

        return watch


@dataclass(frozen=True)
class Strike:
    """One fault of the plan."""

    kind: str
    target: str


@dataclass
class Striker:
    """Does the faults, one after the other, and mends each."""

    stage: Stage
    power: Power

    async def strike(self, strike: Strike) -> None:
        """Do a fault, let it last, and mend it.

        Raises:
            NotStruck: it could not be done.

        """
        acts: dict[str, Callable[[str], Awaitable[None]]] = {
            "kill": self._kill,
            "power": self._power,
            "cut": self._cut,
            "hold": self._hold,
            "slow": self._slow,
            "answers lost": self._lose_answers,
            "clock": self._skew,
            "disk": self._fill_disk,
        }
        await acts[strike.kind](strike.target)

    async def _kill(self, target: str) -> None:
        if target == "postgres":
            self.stage.server.kill()
            await asyncio.sleep(0.3)
            self.stage.server.start()
            return
        self.stage.system.kill(target)
        await asyncio.sleep(0.3)
        await self.stage.system.restart(target)

    async def _power(self, _target: str) -> None:
        wanted = self.power.cut + len(self.power.doomed)
        for _ in range(600):
            if self.power.cut >= wanted:
                return
            await asyncio.sleep(0.05)
        raise NotStruck("nobody came to the terminals in time")

    async def _cut(self, target: str) -> None:
        self.stage.lines.change(target, Line.cut)
        await asyncio.sleep(0.1)

    async def _hold(self, target: str) -> None:
        self.stage.lines.change(target, Line.hold)
        await asyncio.sleep(_HELD_S)
        self.stage.lines.change(target, Line.mend)

    async def _slow(self, target: str) -> None:
        def slow(line: Line) -> None:
            line.delay_s, line.bytes_per_s = _DELAY_S, _BYTES_PER_S

        self.stage.lines.change(target, slow)
        await asyncio.sleep(_HELD_S)
        self.stage.lines.change(target, Line.mend)

    async def _lose_answers(self, target: str) -> None:
        def lose(line: Line) -> None:
            line.answers_lost = True

        self.stage.lines.change(target, lose)
        await asyncio.sleep(_HELD_S)
        # Whoever still waits for an answer would wait for its own patience.
        self.stage.lines.change(target, Line.cut)
        self.stage.lines.change(target, Line.mend)

    async def _skew(self, target: str) -> None:
        process = self.stage.system.processes[target]
        true = list(process.argv)
        process.kill()
        module = true[true.index("-m") + 1 :]
        process.argv = [sys.executable, "-m", "proofs.faults.skewed", str(_SKEW_S), *module]
        process.spawn()
        try:
            await self._until_not_ready(process.ready_url)
            await asyncio.sleep(_HELD_S)
        finally:
            process.kill()
            process.argv = true
            await self.stage.system.restart(target)

    async def _until_not_ready(self, url: str) -> None:
        for _ in range(200):
            status, body = await asyncio.to_thread(_get, url)
            if status == 503 and "clock" in body:
                return
            if status == 200:
                raise NotStruck(f"a replica whose clock is {_SKEW_S:g} s off says it is ready")
            await asyncio.sleep(0.05)
        raise NotStruck("a replica with a wrong clock did not start")

    async def _fill_disk(self, target: str) -> None:
        pid = self.stage.system.processes[target].pid
        fill_disk(pid, self.stage.system.installation.layout.audit_file)
        await asyncio.sleep(_HELD_S)
        free_disk(pid)


def plan(stage: Stage, choice: Random) -> list[Strike]:
    """Return every fault at every target once, in an order of the seed's."""
    lines = stage.line_names
    strikes = [Strike("kill", target) for target in _KILLED]
    strikes += [Strike(kind, line) for kind in ("cut", "hold", "slow") for line in lines]
    strikes += [Strike("answers lost", line) for line in lines[:-2]]
    strikes += [Strike("power", "terminals")] * 3
    strikes += [Strike("clock", GATEWAYS[1]), Strike("disk", "relay")]
    choice.shuffle(strikes)
    return strikes


def doom(power: Power, terminals: tuple[str, ...], choice: Random) -> None:
    """Let some terminals lose their power at their next step that matters."""
    power.doomed |= set(choice.sample(terminals, min(_POWER_CUTS, len(terminals))))


def _get(url: str) -> tuple[int, str]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=2)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()

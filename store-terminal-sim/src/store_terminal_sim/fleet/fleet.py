"""The fleet: its stations, and the background in which they report what the gateway missed."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

import aiohttp
from madoguchi_wire.clock import Clock

from store_terminal_sim.core.effects import Effect
from store_terminal_sim.core.problems import TerminalError
from store_terminal_sim.driver.async_driver import AsyncDriver, Driver
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.failures import Moment, no_failure
from store_terminal_sim.fleet.station import Station
from store_terminal_sim.terminal_folder import StartedTerminal, start_terminal

Observe = Callable[[Effect, Moment], None]
MakeDriver = Callable[[Counter, aiohttp.ClientSession, Observe, Executor], Driver]
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
"""Between two steps of a terminal that the gateway does not answer."""
_LOOK_S = 0.1
AT_ONCE = 16
"""Terminals that report side by side, so that a gateway that is back is not overrun."""
DISK_THREADS = 32
"""Terminals that wait for the disk side by side: the file system makes one commit of theirs."""


def unobserved(_terminal: str) -> Observe:
    """Let nothing go wrong at any terminal."""
    return no_failure


@dataclass
class Fleet:
    """Terminals by name, each made when it is first asked for.

    As a context manager it reports in the background, and switches everything off in the end.
    """

    switch_on: Callable[[str], StartedTerminal]
    """Brings a terminal up from its journal, by name."""
    drive: Callable[[str, Counter], Driver]
    """Gives a driver for what stands around a terminal, by name."""
    jitter: Random = field(default_factory=Random)
    _stations: dict[str, Station] = field(default_factory=dict[str, Station])
    _pauses: dict[str, float] = field(default_factory=dict[str, float])
    _due: dict[str, float] = field(default_factory=dict[str, float])
    _background: asyncio.Task[None] | None = None

    def __getitem__(self, name: str) -> Station:
        """Return a terminal."""
        if name not in self._stations:
            self._stations[name] = Station(
                name, lambda: self.switch_on(name), lambda counter: self.drive(name, counter)
            )
        return self._stations[name]

    def __iter__(self) -> Iterator[Station]:
        """Go through all terminals that were ever asked for."""
        return iter(list(self._stations.values()))

    async def __aenter__(self) -> Self:
        """Report in the background from now on."""
        self.keep_reporting()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Switch everything off."""
        self.close()

    def keep_reporting(self) -> None:
        """Let terminals that lost power come up, and reports that wait be sent, in the background.

        Asking again changes nothing.
        """
        if self._background is None or self._background.done():
            self._background = asyncio.get_running_loop().create_task(self._report_always())

    async def recover_all(self, names: Iterable[str]) -> bool:
        """Switch terminals on, one bounded step each; tell whether the gateway has everything."""
        at_once = asyncio.Semaphore(AT_ONCE)
        steps = [self._step(self[name], at_once) for name in names]
        return all(await asyncio.gather(*steps))

    async def all_told(self, patience_s: float) -> bool:
        """Wait until every terminal is up and the gateway has all reports; tell whether it is so.

        Nothing is hurried: `keep_reporting` does it.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_s
        while any(station.has_work_left for station in self):
            if loop.time() >= until:
                return False
            await asyncio.sleep(_LOOK_S)
        return True

    async def count_cash(self, but: Collection[str] = ()) -> int:
        """Let every terminal that sold something, `but` these, count and report; return all yen."""
        counting = [station.count_cash() for station in self if station.name not in but]
        return sum(await asyncio.gather(*counting))

    def close(self) -> None:
        """Stop reporting, and switch every terminal off."""
        if self._background is not None:
            self._background.cancel()
            self._background = None
        for station in self:
            station.switch_off()

    async def _report_always(self) -> None:
        at_once = asyncio.Semaphore(AT_ONCE)
        steps = set[asyncio.Task[bool]]()
        try:
            while True:
                for station in self._with_work():
                    steps.add(asyncio.ensure_future(self._step(station, at_once)))
                await asyncio.sleep(FIRST_PAUSE_S)
                for step in [step for step in steps if step.done()]:
                    steps.remove(step)
                    step.result()  # what is nobody's power cut is ours, and is not passed over
        finally:
            for step in steps:
                step.cancel()

    def _with_work(self) -> Iterator[Station]:
        now = asyncio.get_running_loop().time()
        for station in self:
            due = self._due.get(station.name, 0.0) <= now
            # Whoever is busy sends its reports itself.
            if due and station.has_work_left and not station.is_busy:
                self._due[station.name] = float("inf")
                yield station

    async def _step(self, station: Station, at_once: asyncio.Semaphore) -> bool:
        name, told = station.name, False
        try:
            async with at_once:
                told = await station.recover()
        except TerminalError:
            pass  # power went again, or the disk is full: later
        pause = self._pauses.pop(name, FIRST_PAUSE_S)
        if not told:
            self._pauses[name] = min(LONGEST_PAUSE_S, pause * 2)
        wait = pause * self.jitter.uniform(1, 1.5)
        self._due[name] = asyncio.get_running_loop().time() + wait
        return told


def fleet_in(
    folder: Path,
    clock: Clock,
    http: aiohttp.ClientSession,
    *,
    addresses: Sequence[str] = (),
    observe: Callable[[str], Observe] = unobserved,
    drive: MakeDriver = AsyncDriver,
) -> Fleet:
    """Return a fleet of terminals whose folders lie in `folder`.

    Args:
        folder: with a terminal's folder by each terminal's name.
        clock: of all terminals.
        http: shared by all.
        addresses: of gateways, in place of those that terminals were enrolled with; none: those.
        observe: gives what is called before and after each step of a terminal.
        drive: makes a driver for each flow.

    """
    disk = ThreadPoolExecutor(DISK_THREADS, thread_name_prefix="journals")

    def driver(name: str, counter: Counter) -> Driver:
        return drive(counter, http, observe(name), disk)

    return Fleet(lambda name: start_terminal(folder / name, clock, addresses), driver)

"""One terminal of a fleet: on or off, busy or idle, and what of it outlives a power cut."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from store_terminal_sim.core.effects import Flow
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.problems import TerminalError
from store_terminal_sim.core.recovery import acknowledge_tray, recover
from store_terminal_sim.core.serve import Served, serve
from store_terminal_sim.core.staff import collect_cash, refill_paper, report_cash, report_not_mine
from store_terminal_sim.core.terminal import Terminal
from store_terminal_sim.driver.async_driver import Driver
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.failures import PowerCut
from store_terminal_sim.journal import JournalDamaged, JournalInUse
from store_terminal_sim.terminal_folder import StartedTerminal

T = TypeVar("T")
SwitchOn = Callable[[], StartedTerminal]
Drive = Callable[[Counter], Driver]


class PowerLost(TerminalError):
    """The terminal lost its power in the middle of something; the next use switches it on."""


class OutOfService(TerminalError):
    """The journal cannot be used: nothing is begun that could not be written down."""


class Station:
    """A terminal that comes up from its journal whenever it is needed and is off.

    Args:
        name: of the terminal.
        switch_on: reads journal and machine.
        drive: gives a driver for what stands around the terminal.

    One flow runs at a time; whoever comes meanwhile waits.
    """

    def __init__(self, name: str, switch_on: SwitchOn, drive: Drive) -> None:
        self.name = name
        self.power_cuts = 0
        self._switch_on, self._drive = switch_on, drive
        self._started: StartedTerminal | None = None
        self._running: asyncio.Task[object] | None = None
        self._fell = False
        self._turn = asyncio.Lock()

    @property
    def is_on(self) -> bool:
        """Whether it has power and is up."""
        return self._started is not None

    @property
    def is_busy(self) -> bool:
        """Whether a flow is running or waits for its turn."""
        return self._turn.locked()

    @property
    def has_work_left(self) -> bool:
        """Whether it went out in the middle and is not back, or keeps reports without an answer."""
        if self._started is None:
            return self._fell
        memory = self._started.terminal.memory
        return bool(memory.unanswered or memory.papers)

    async def serve(self, application: Application, person: Cardholder) -> Served:
        """Serve one cardholder.

        Raises:
            TerminalError: see `core.serve`; PowerLost, OutOfService.
            PinWrong, CardLocked: the card refuses.

        """
        return await self._run(lambda terminal: serve(terminal, application), person)

    async def recover(self) -> bool:
        """Settle what a power cut left, and report for one bounded step; tell whether all is told.

        Raises:
            PowerLost, OutOfService: see there.

        """
        return await self._run(recover)

    async def acknowledge_tray(self) -> None:
        """Let the staff look into the tray, if somebody must.

        Raises:
            PowerLost, OutOfService: see there.

        """
        await self._run(acknowledge_tray, staff=True)

    async def report_not_mine(self, issuance: str) -> bool:
        """Report that a paper is not its cardholder's; tell whether the gateway has heard it.

        Raises:
            NotPrintedHere: no such paper came out here.
            PowerLost, OutOfService: see there.

        """
        return await self._run(lambda terminal: report_not_mine(terminal, issuance))

    async def count_cash(self) -> int:
        """Count the coins and report them, unless nothing was ever sold here; return yen.

        Raises:
            PowerLost, OutOfService: see there.

        """
        return await self._run(_count_if_used)

    async def collect_cash(self) -> int:
        """Take all coins out and report them; return yen.

        Raises:
            PowerLost, OutOfService: see there.

        """
        return (await self._run(collect_cash)).yen

    async def refill_paper(self, sheets: int) -> None:
        """Put paper in and report it.

        Raises:
            PowerLost, OutOfService: see there.

        """
        await self._run(lambda terminal: refill_paper(terminal, sheets))

    def cut_power(self) -> None:
        """Drop everything that is only in memory, at this very moment."""
        self.power_cuts += 1
        self.switch_off()
        self._fell = True

    def switch_off(self) -> None:
        """Let go of journal and machine; what is under way ends as in a power cut."""
        if self._running is not None:
            self._running.cancel()
        self._go_dark()

    async def _run(
        self,
        flow: Callable[[Terminal], Flow[T]],
        person: Cardholder | None = None,
        *,
        staff: bool = False,
    ) -> T:
        async with self._turn:
            started = self._up()
            counter = Counter(started.machine, started.journal, person, staff)
            running = asyncio.ensure_future(self._drive(counter).run(flow(started.terminal)))
            self._running = running
            try:
                return await running
            except PowerCut:
                self.cut_power()
                raise PowerLost(self.name) from None
            except OSError as fault:
                self._fall()
                raise OutOfService(f"{self.name}: {fault}") from fault
            except asyncio.CancelledError:
                # Its own task was cancelled: power was cut. Otherwise the caller's was.
                if self._started is None and _is_wanted():
                    raise PowerLost(self.name) from None
                self._fall()
                raise
            finally:
                self._running = None

    def _up(self) -> StartedTerminal:
        if self._started is None:
            try:
                self._started = self._switch_on()
            except (OSError, JournalInUse, JournalDamaged) as fault:
                self._fell = True
                raise OutOfService(f"{self.name}: {fault}") from fault
            self._fell = False
        return self._started

    def _fall(self) -> None:
        self._fell = True
        self._go_dark()

    def _go_dark(self) -> None:
        if self._started is not None:
            self._started.journal.close()
            self._started = None


def _count_if_used(terminal: Terminal) -> Flow[int]:
    memory = terminal.memory
    if memory.last_sequence == 0 and not memory.papers:
        return 0
    return (yield from report_cash(terminal))


def _is_wanted() -> bool:
    """Tell whether nobody asked the present task itself to end."""
    task = asyncio.current_task()
    return task is None or task.cancelling() == 0

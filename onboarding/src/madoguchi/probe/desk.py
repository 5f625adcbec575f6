"""The test terminal at work, with the test person's card in its slot."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import aiohttp
from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import SignatureRefused
from store_terminal_sim.cards.virtual_card import CardLocked, PinWrong, VirtualCard
from store_terminal_sim.core.effects import Flow
from store_terminal_sim.core.problems import GatewayRefused, TerminalError
from store_terminal_sim.core.recovery import clear_tray, recover
from store_terminal_sim.core.terminal import HeldTrustList, Terminal
from store_terminal_sim.core.trust import current_trust_list
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.journal import JournalDamaged, JournalInUse
from store_terminal_sim.terminal_folder import start_terminal

from madoguchi.conformance.verdicts import Failed

_T = TypeVar("_T")
_PATIENCE = timedelta(seconds=20)


@dataclass
class Desk:
    """A terminal that is switched on, and whoever stands before it."""

    terminal: Terminal
    card: VirtualCard
    driver: AsyncDriver

    async def asked(self, flow: Flow[_T], wanted: str) -> _T:
        """Run a flow to its end and return what it returns.

        Raises:
            Failed: the gateway refused, was silent, or what came does not hold.

        """
        try:
            return await self.driver.run(flow)
        except GatewayRefused as refused:
            problem = refused.problem
            raise Failed(wanted, f"{problem.status} {refused.slug}: {problem.title}") from None
        except (TerminalError, SignatureRefused, PinWrong, CardLocked) as error:
            raise Failed(wanted, str(error)) from None

    async def trust(self) -> HeldTrustList:
        """Return the trust list that the gateway hands out, verified with the pinned root."""
        at = self.terminal.clock.now() + _PATIENCE
        return await self.asked(current_trust_list(self.terminal, at), "a trust list that holds")


@asynccontextmanager
async def desk_of(
    folder: Path, card: Path, clock: Clock, gateways: Sequence[str]
) -> AsyncGenerator[Desk]:
    """Switch a terminal on, let it catch up, and off at the end.

    Args:
        folder: the terminal's.
        card: the card's folder.
        clock: the terminal's.
        gateways: addresses; empty: those that it was delivered with.

    Raises:
        OSError, ValueError: not a terminal's or a card's folder, or it is in use elsewhere.

    """
    held = VirtualCard.load(card)
    try:
        started = start_terminal(folder, clock, gateways)
    except (JournalDamaged, JournalInUse) as error:
        raise ValueError(f"the terminal in {folder} cannot be used: {error}") from None
    try:
        async with aiohttp.ClientSession() as http:
            counter = Counter(started.machine, started.journal, Cardholder.of(held))
            driver = AsyncDriver(counter, http)
            await driver.run(recover(started.terminal))
            await driver.run(clear_tray(started.terminal))
            yield Desk(started.terminal, held, driver)
    finally:
        started.journal.close()
        held.save(card)

"""Somebody outside who is asked for a word on each stamp, in the order of numbers, for ever."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog
from madoguchi_wire.errors import MadoguchiError, StampConflict

from stamper.evidence import Bare
from stamper.metrics import Metrics

POLL_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 15.0
_log = structlog.get_logger()


class Party(Protocol):
    """A witness or a time-stamp authority."""

    @property
    def name(self) -> str:
        """How operators know it."""
        ...

    async def lacking(self, after: int) -> Sequence[Bare]:
        """Return the next stamps that lack its word, in the order of numbers."""
        ...

    async def ask(self, stamp: Bare) -> None:
        """Ask for its word on one stamp, verify and keep it.

        Raises:
            MadoguchiError, OSError, TimeoutError: it gave none that holds.

        """
        ...


class Follower:
    """Asks one party; whatever it does holds up nobody else."""

    def __init__(self, party: Party, metrics: Metrics) -> None:
        self._party, self._metrics = party, metrics
        self._after = 0
        self.fault: str | None = None
        """Why it has not given its word, in words; None while it does."""
        self.is_in_conflict = False
        """It knows another chain: no fault of the network, and a person has to look at once."""

    @property
    def name(self) -> str:
        """The party's."""
        return self._party.name

    async def run(self) -> None:
        """Ask until cancelled; what fails is asked again, the lowest number first."""
        self._after, wait = 0, POLL_SECONDS
        while True:
            try:
                await self._ask_all()
                self.fault, wait = None, POLL_SECONDS
            except Exception as error:
                self._tell(error)
                wait = min(LONGEST_WAIT_SECONDS, wait * 2)
            await asyncio.sleep(wait)

    async def _ask_all(self) -> None:
        while stamps := await self._party.lacking(self._after):
            for stamp in stamps:
                with self._metrics.asked(self.name) as asked:
                    await self._party.ask(stamp)
                    asked.went_well()
                self.fault, self._after = None, stamp.number
                self.is_in_conflict = False

    def _tell(self, error: Exception) -> None:
        # The type only: the text is another organisation's, and a driver's may hold an address.
        known = isinstance(error, MadoguchiError)
        words = error.slug if isinstance(error, MadoguchiError) else type(error).__name__
        fault = f"{self.name}: {words}"
        if isinstance(error, StampConflict):
            self._metrics.conflicts.labels(self.name).inc()
            self.is_in_conflict = True
        if fault != self.fault:
            _log.error("stamp_not_signed", party=self.name, reason=words, known=known)
        self.fault = fault

"""The days of a plan, one after the other: the clock jumps when nothing is under way any more."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from local_stack.installation.keys import renew_trust_list
from local_stack.moving import move_clock
from local_stack.settling import still
from local_stack.system import LocalSystem
from local_stack.visits import Visit, Visits
from madoguchi_wire.clock import japan_day
from store_terminal_sim.core.problems import TerminalError

_RENEWED_BEFORE = timedelta(days=10)
"""The end of a trust list; no jump is as long."""
_TRIES = 3
_PATIENCE_S = 60


class NotPrinted(Exception):
    """A paper of the plan did not come out; the text says where and why."""


@dataclass
class Replayed:
    """What came of it."""

    papers: int = 0
    again: int = 0
    """Visits that had to be begun again, because a paper did not come out the first time."""
    trust_lists: int = 0
    """That were signed anew."""
    serving_s: float = 0.0
    jumping_s: float = 0.0
    """Waiting until all is sent and stamped, and until everybody has followed the clock."""


@dataclass
class Replay:
    """Brings days to a running system."""

    system: LocalSystem
    visits: Visits
    month_is_over: Callable[[date], Awaitable[None]]
    """Called with the first day of a month when the clock has left it."""

    def __post_init__(self) -> None:
        """Nothing has happened yet."""
        self.result = Replayed()
        self._expires_at = self._renew()

    async def jump(self, moment: datetime) -> None:
        """Let it be `moment`, and close months that are over.

        Raises:
            NotSettled, NotFollowed: see `still` and `move_clock`.

        """
        began, before = time.monotonic(), japan_day(self.system.clock.now())
        await still(self.system, _PATIENCE_S)
        if moment + _RENEWED_BEFORE > self._expires_at:
            self._expires_at = self._renew()
        await move_clock(self.system, moment)
        self.result.jumping_s += time.monotonic() - began
        month = before.replace(day=1)
        while month < japan_day(moment).replace(day=1):
            await self.month_is_over(month)
            month = (month + timedelta(days=31)).replace(day=1)

    async def serve(self, visits: Sequence[Visit]) -> None:
        """Serve all visits of a day, terminals side by side.

        Raises:
            NotPrinted: after three tries.

        """
        began = time.monotonic()
        await asyncio.gather(*(self._one(visit) for visit in visits))
        self.result.serving_s += time.monotonic() - began

    async def _one(self, visit: Visit) -> None:
        why, left = "", visit.copies
        for number in range(_TRIES):
            self.result.again += number > 0
            try:
                served = await self.visits.serve(replace(visit, copies=left))
            except TerminalError as error:
                why = str(error) or type(error).__name__
            else:
                left -= len(served.printed)
                self.result.papers += len(served.printed)
                why = ", ".join([paper.reason for paper in served.voided])
            if left == 0:
                return
            await asyncio.sleep(1)
        raise NotPrinted(f"{left} papers at {visit.terminal}: {why or 'refused'}")

    def _renew(self) -> datetime:
        self.result.trust_lists += 1
        return renew_trust_list(self.system.installation.layout, self.system.clock.now())

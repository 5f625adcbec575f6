"""One replay: the system with the clock of 2010, the days of a plan, and what is left of them."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import uvloop
from billing.statements.statement import Statement
from checker.evidence.evidence import gather
from checker.verdict import Verdict, judge
from local_stack.folders import card_keys
from local_stack.installation.extent import Extent
from local_stack.postgres import LocalPostgres
from local_stack.settling import settle
from local_stack.system import LocalSystem
from local_stack.visits import Visits
from madoguchi_wire.clock import JAPAN

from proofs.fy2010.bills import Bills
from proofs.fy2010.plan import Day, cards_in, plan
from proofs.fy2010.replay import Replay, Replayed
from proofs.fy2010.seed import ICHIKAWA, Place

_SETTINGS = {
    "KAFKA_BOOTSTRAP_SERVERS": "",
    # So that a day is stamped soon after its last paper: the clock waits for it.
    "STAMPER_SECONDS": "0.1",
}
_PAPERS_A_DAY = 20
"""For one person at most, as an adapter has it where its municipality says nothing."""
_LASTS_ON = timedelta(days=60)
_PATIENCE_S = 120
_PROGRESS_S = 5.0
Told = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """How a replay shall be."""

    folder: Path
    seed: int
    days: Sequence[date]
    places: Sequence[Place]
    cards: int
    """Residents who have a card."""


@dataclass(frozen=True)
class Ran:
    """What came of it."""

    replayed: Replayed
    statements: tuple[Statement, ...]
    """Ichikawa's, a month each."""
    seconds: float
    """From the first jump of the clock to the last statement."""
    verdict: Verdict


def run(wanted: Wanted, told: Told) -> Ran:
    """Run once; the folder stays.

    Raises:
        NotPrinted, NotSettled, NotFollowed, MadoguchiError: it could not be gone on with.

    """
    # A server of its own, because the clock of all of it moves.
    server = LocalPostgres(wanted.folder / "postgres")
    server.start()
    try:
        system = LocalSystem(
            wanted.folder / "installation",
            server,
            prefix=f"fy2010_{secrets.token_hex(4)}",
            card_keys=card_keys(),
            environment=_SETTINGS,
            told=told,
            extent=_extent(wanted),
        )
        with system:
            year = _Year(wanted, system, told)
            uvloop.run(year.all())
            settle(system, _PATIENCE_S)
            told("the checker reads the whole history")
            verdict = _judged(system)
        return Ran(year.replayed, tuple(year.statements), year.seconds, verdict)
    finally:
        server.stop()


def _extent(wanted: Wanted) -> Extent:
    first, last = wanted.days[0], wanted.days[-1]
    # In the night before the stores open: the month before is nobody's here.
    begins = datetime(first.year, first.month, first.day, 1, tzinfo=JAPAN)
    lasts = last - first + _LASTS_ON
    return Extent(cards=wanted.cards, papers_a_day=_PAPERS_A_DAY, begins=begins, lasts=lasts)


@dataclass
class _Year:
    wanted: Wanted
    system: LocalSystem
    told: Told
    statements: list[Statement] = field(default_factory=list[Statement])
    replayed: Replayed = field(default_factory=Replayed)
    seconds: float = 0.0
    told_at: float = 0.0

    async def all(self) -> None:
        wanted, town = self.wanted, self.system.installation.towns[0]
        cards = cards_in(town)
        days = plan(wanted.seed, cards, wanted.days, wanted.places)
        papers = sum(visit.copies for day in days for visit in day.visits)
        self.told(f"{papers:,} papers on {len(days)} days, {len(cards)} cardholders")
        self.bills = Bills.of(self.system)
        async with self._visits() as visits:
            replay = Replay(self.system, visits, self._close)
            self.replayed = replay.result
            await self._days(replay, days)

    async def _days(self, replay: Replay, days: Sequence[Day]) -> None:
        began = time.monotonic()
        for day in days:
            await replay.jump(day.moment)
            await replay.serve(day.visits)
            self._tell(f"{day.moment:%Y-%m-%d %H:%M}", time.monotonic() - began)
        await replay.visits.count_cash()
        last = days[-1].moment
        await replay.jump((last.replace(day=1) + timedelta(days=32)).replace(day=1, hour=9))
        self.seconds = time.monotonic() - began

    async def _close(self, month: date) -> None:
        stated = await self.bills.close(month, ICHIKAWA)
        self.statements.append(stated)
        self.told(
            f"{stated.number}: {stated.totals.papers:,} papers, {stated.totals.fees:,} yen,"
            f" commissions {stated.totals.commissions:,} yen"
        )

    def _tell(self, day: str, took: float) -> None:
        if took - self.told_at < _PROGRESS_S:
            return
        self.told_at = took
        papers = self.replayed.papers
        self.told(f"{day}  {papers:6,} papers, {papers / took:4.1f} a second")

    @asynccontextmanager
    async def _visits(self) -> AsyncGenerator[Visits]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            visits = Visits(self.system.installation, self.system.clock, http)
            try:
                yield visits
            finally:
                visits.close()


def _judged(system: LocalSystem) -> Verdict:
    made = system.installation
    # The checker's present is the simulation's.
    offset = (system.clock.now() - datetime.now(UTC)).total_seconds()
    made.facts.model_copy(update={"clock_offset_seconds": offset}).save(made.layout.facts)
    papers = sorted(made.layout.terminals.glob("*/papers"))
    return judge(asyncio.run(gather(system.folder, papers)))

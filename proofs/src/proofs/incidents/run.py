"""One run of an incident: an installation from nothing, the load, and the judgement."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import asyncpg
from local_stack.databases import PostgresServer
from local_stack.folders import card_keys
from local_stack.installation.databases import Servers, drop_databases
from local_stack.installation.make import Installation, make_installation
from local_stack.visits import Visits
from madoguchi_wire.clock import SystemClock

from proofs.incidents.incident import Incident
from proofs.incidents.load import Ended, Load, extent_of
from proofs.incidents.oracle import Judgement, judge
from proofs.incidents.stage import Stage
from proofs.undefended.checks import patches_of
from proofs.undefended.patching import patched

_PATIENCE_S = 20
_POLL_S = 0.1
_UNDER_WAY = "SELECT count(*) FROM issuances WHERE state IN ('accepted', 'delivered', 'paid')"


@dataclass(frozen=True)
class Size:
    """How much load."""

    terminals: int = 50
    rounds: int = 3
    seed: int = 2023


@dataclass(frozen=True)
class Run:
    """What came of it."""

    defended: bool
    terminals: int
    asked: int
    """Papers that were asked for."""
    printed: int
    injected: int
    wrong: frozenset[str]
    charged: frozenset[str]
    quarantined: int
    refused: int
    """Papers that did not come out and are not in quarantine; of a traitor's attempts, those."""
    stops: int
    """How often the municipality, or a path to it, was stopped."""
    problems: dict[str, int]
    """How those visits ended that got no paper."""
    others: tuple[str, ...]
    """Whatever else went wrong, in words."""
    seconds: float


@dataclass(frozen=True)
class Runner:
    """Runs incidents in a folder, on a PostgreSQL server."""

    folder: Path
    server: PostgresServer
    size: Size
    told: Callable[[str], None] = lambda _step: None

    def run(self, incident: Incident, *, defended: bool) -> Run:
        """Run an incident once, with our defences or without those that it names."""
        began = time.monotonic()
        way = "with" if defended else "without"
        folder, prefix = self.folder / incident.name / way, f"incident_{incident.name.lower()}"
        prefix = f"{prefix.replace('-', '_')}_{way}"
        without = () if defended else incident.without
        try:
            extent = extent_of(self.size.terminals + incident.more_terminals)
            installation = make_installation(
                folder, Servers.one(self.server), prefix, card_keys(), extent=extent
            )
            offset = timedelta(seconds=installation.facts.clock_offset_seconds)
            stage = Stage(installation, SystemClock(offset), without, self.size.seed)
            return self._on(stage, incident, began)
        finally:
            drop_databases(Servers.one(self.server), prefix)

    def _on(self, stage: Stage, incident: Incident, began: float) -> Run:
        names = extent_of(self.size.terminals).terminals
        seed = f"{self.size.seed}/{incident.name}"
        loads = [Load(names, f"{seed}/{number}") for number in range(self.size.rounds)]
        stage.add_services(incident.municipalities)
        incident.set_up(stage)
        try:
            stage.start()
            self.told(f"{len(names)} terminals, {len(loads)} rounds")
            with patched(patches_of(stage.without, "terminal")):
                ended = asyncio.run(_happen(stage, incident, loads))
        finally:
            stage.stop()
        judgement = judge(stage.installation.layout)
        return _result(stage, incident, ended, judgement, len(names), time.monotonic() - began)


async def _happen(stage: Stage, incident: Incident, loads: list[Load]) -> list[Ended]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        visits = Visits(stage.installation, stage.clock, http)
        try:
            ended = await incident.happen(stage, visits, loads)
        finally:
            visits.close()
    await _settled(stage.installation)
    return ended


async def _settled(installation: Installation) -> None:
    """Wait until nothing is under way any more, but not for ever: what hangs is judged as it is."""
    connection = await asyncpg.connect(installation.facts.gateway_database)
    try:
        for _ in range(round(_PATIENCE_S / _POLL_S)):
            if await connection.fetchval(_UNDER_WAY) == 0:
                return
            await asyncio.sleep(_POLL_S)
    finally:
        await connection.close()


def _result(
    stage: Stage,
    incident: Incident,
    ended: Sequence[Ended],
    judgement: Judgement,
    terminals: int,
    seconds: float,
) -> Run:
    states = Counter(one.state for one in judgement.evidence.books.issuances)
    asked = sum(one.visit.copies for one in ended) + incident.asked_beside()
    printed, quarantined = len(judgement.evidence.papers), states["quarantined"]
    attempts, unexpected = incident.refused_attempts(), stage.unexpected_errors().items()
    return Run(
        defended=not stage.without,
        terminals=terminals,
        asked=asked,
        printed=printed,
        injected=incident.injected(stage, judgement.evidence),
        wrong=judgement.wrong | incident.wrong(stage, judgement.evidence),
        charged=judgement.charged,
        quarantined=quarantined,
        refused=asked - printed - quarantined if attempts is None else attempts,
        stops=stage.stops_released,
        problems=_problems(ended),
        others=(
            *incident.failures(stage, ended),
            *(f"{log}: {count} errors that nobody foresaw" for log, count in unexpected),
            *(f"the history: {fault.name}, {fault.what}" for fault in judgement.others),
        ),
        seconds=seconds,
    )


def _problems(ended: Sequence[Ended]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for one in ended:
        if one.served is None:
            found[one.problem or ""] += 1
            continue
        found.update(f"{paper.reason.value}: {paper.why}" for paper in one.served.voided)
        problems = [paper.problem for paper in one.served.refused]
        found.update(one.type.rsplit("/", 1)[-1] for one in problems if one is not None)
    return dict(found.most_common())

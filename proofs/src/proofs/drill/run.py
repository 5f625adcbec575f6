"""One drill: load and kills, the end of both, and what is left then."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic

import aiohttp
import uvloop
from local_stack.crowd import Crowd, Load
from local_stack.installation.extent import Extent
from local_stack.settling import settle
from local_stack.visits import Visits

from loadtests import relay
from proofs.drill.judging import judge, wait_for_archive
from proofs.drill.killing import TARGETS, NotAtWork, kill_at_work
from proofs.drill.result import KILLED_AT_LEAST, Kill, Report, Told, too_few
from proofs.drill.stage import Stage, staged

_TERMINALS, _CARDS, _THINK_S, _SORRY_S = 12, 40, 0.5, 0.5
_PAUSE_S = 2.0
_PATIENCE_S = 180
_BACKLOG = 60_000


@dataclass
class _Loaded:
    kills: list[Kill] = field(default_factory=list[Kill])
    missed: list[str] = field(default_factory=list[str])
    seconds: float = 0.0
    papers: int = 0


def run(folder: Path, seed: int, seconds: float, told: Told) -> Report:
    """Run once; the folder stays."""
    extent = Extent(fleet=_TERMINALS, cards=_CARDS, papers_a_day=1000)
    told(f"seed {seed}: PostgreSQL, Kafka, the whole system with {_TERMINALS} terminals")
    with staged(folder, extent, told) as stage:
        loaded = uvloop.run(_load(stage, Random(seed), seed, seconds, told))
        over = monotonic()
        told("waiting for the last stamps, and until relays and archive have caught up")
        settle(stage.system, _PATIENCE_S)
        asyncio.run(wait_for_archive(stage))
        caught_up = monotonic() - over
        told("comparing outbox, Kafka and archive; audit verify")
        judged = judge(stage)
    told(f"one relay on one core, a backlog of {_BACKLOG} events")
    speed = relay.measured(folder / "relay", _BACKLOG)
    return Report(
        seed=seed,
        seconds=round(loaded.seconds, 1),
        papers=loaded.papers,
        kills=tuple(loaded.kills),
        missed=(*loaded.missed, *too_few(tuple(loaded.kills), TARGETS)),
        outbox=judged.compared.outbox,
        kafka=judged.compared.kafka,
        repeats=judged.compared.repeats,
        archive=judged.compared.archive,
        stamps=judged.stamps,
        caught_up_s=round(caught_up, 1),
        faults=judged.faults,
        verified=judged.verified,
        relay_events_per_s=speed.events_per_s,
    )


async def _load(stage: Stage, choice: Random, seed: int, seconds: float, told: Told) -> _Loaded:
    async with _visits(stage) as visits:
        load = Load(seed, _CARDS, think_s=_THINK_S, sorry_s=_SORRY_S, families=True)
        crowd = Crowd(visits, stage.extent.terminals, load)
        busy = asyncio.create_task(crowd.keep_busy())
        try:
            loaded = await _kill_all(stage, crowd, choice, seconds, told)
        finally:
            crowd.stop()
            await busy
        told("every terminal reports, and counts its coins")
        await visits.recover_all()
        await visits.count_cash()
    loaded.papers = crowd.ends["printed"]
    return loaded


async def _kill_all(
    stage: Stage, crowd: Crowd, choice: Random, seconds: float, told: Told
) -> _Loaded:
    await asyncio.wait_for(crowd.printed(_TERMINALS), _PATIENCE_S)
    loaded, began = _Loaded(), monotonic()
    for name in _plan(choice, began, seconds):
        try:
            kill = await kill_at_work(stage, name, choice, began)
        except NotAtWork as missed:
            loaded.missed.append(str(missed))
            told(f"missed: {missed}")
            continue
        loaded.kills.append(kill)
        told(
            f"{kill.at_s:6.1f} s  kill -9 of {name:8} met {kill.met:5}, down {kill.down_s:4.1f} s"
            f" {crowd.ends['printed']:7} papers out"
        )
        await asyncio.sleep(_PAUSE_S)
    await asyncio.wait_for(crowd.printed(1), _PATIENCE_S)
    loaded.seconds = monotonic() - began
    return loaded


def _plan(choice: Random, began: float, seconds: float) -> Iterator[str]:
    """Yield every target in an order of the seed's, twice, and again until the time is over."""
    rounds = 0
    while rounds < KILLED_AT_LEAST or monotonic() - began < seconds:
        for name in choice.sample(TARGETS, len(TARGETS)):
            if rounds >= KILLED_AT_LEAST and monotonic() - began > seconds:
                return
            yield name
        rounds += 1


@asynccontextmanager
async def _visits(stage: Stage) -> AsyncGenerator[Visits]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        visits = Visits(stage.system.installation, stage.system.clock, http)
        try:
            yield visits
        finally:
            visits.close()

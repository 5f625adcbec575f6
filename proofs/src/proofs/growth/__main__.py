"""`make growth`: from 3 municipalities to the nation without a stop; `var/growth/report.json`."""

import argparse
import asyncio
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import aiohttp
from local_stack import services
from local_stack.folders import VAR, card_keys
from local_stack.installation.extent import Extent
from local_stack.installation.make import Installation
from local_stack.postgres import choose_postgres
from local_stack.processes import ManagedProcess, start_all
from local_stack.system import LocalSystem
from local_stack.visits import Visits

from proofs.growth.chart import picture
from proofs.growth.customers import CountingDriver, Customers
from proofs.growth.joining import Coming, Prepared, join, prepare
from proofs.growth.plan import FULL, SERVED_SHARE, SMALL, USED, USED_SMALL, Plan, plan_of
from proofs.growth.replicas import Replicas
from proofs.growth.report import Report, StageReport, stage_report, write
from proofs.growth.tally import Tally
from proofs.growth.towns import Joining

FOLDER = VAR / "growth"
CARDS = 34
LONGEST_STAGE_S = 1800
ADAPTER_READY_S = 180
"""One of 1,700 municipalities computes for some 17 s until it is ready, beside all else."""
_LOOK_S, _TOLD_EVERY_S = 0.2, 20.0
_ENVIRONMENT = {"KAFKA_BOOTSTRAP_SERVERS": ""}


def main(arguments: Sequence[str]) -> int:
    """Return 0 if no request failed and everything was in force in time."""
    asked = _parser().parse_args(arguments)
    sizes, used = (SMALL, USED_SMALL) if asked.small else (FULL, USED)
    plan = plan_of(sizes, used, asked.issuances, asked.seed)
    report = grown(plan, asked.folder)
    write(report, asked.folder)
    (asked.folder / "growth.svg").write_text(picture(report), "utf-8")
    say("\n".join(report.lines()))
    return 0 if report.holds else 1


def grown(plan: Plan, folder: Path) -> Report:
    """Let an installation grow by a plan, in a folder that is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = choose_postgres(folder / "postgres")
    ready: list[Prepared] = []

    def get_ready(made: Installation) -> None:
        ready.append(prepare(made, plan, server, system.clock.now(), say))

    system = LocalSystem(
        folder / "installation",
        server,
        prefix="madoguchi_growth",
        card_keys=card_keys(),
        environment=_ENVIRONMENT,
        told=say,
        extent=Extent(
            fleet=plan.stages[0].stores, cards=CARDS, sample_chains=False, papers_a_day=1000
        ),
        finish=get_ready,
    )
    adapters: list[ManagedProcess] = []
    try:
        server.start()
        with system:
            say("adapters of all who will join")
            made = ready[0].installation
            for coming in ready[0].coming:
                if coming.joining is not None:
                    name = f"adapter-stage-{coming.stage.number}"
                    adapters.append(_adapter(made, name, coming.joining))
            start_all(adapters, ADAPTER_READY_S)
            return asyncio.run(_grow(system, ready[0], plan, folder))
    finally:
        for one in adapters:
            one.terminate()
        server.stop()


def _adapter(made: Installation, name: str, joining: Joining) -> ManagedProcess:
    return services.adapter(made, name, joining.files, joining.address, _ENVIRONMENT)


async def _grow(system: LocalSystem, prepared: Prepared, plan: Plan, folder: Path) -> Report:
    made, first = prepared.installation, prepared.coming[0]
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        visits = Visits(made, system.clock, http, drive=CountingDriver)
        customers = Customers(visits, Random(plan.seed))
        gateways = [system.processes[name] for name in ("gateway-1", "gateway-2")]
        replicas = Replicas(gateways, made, system.clock, http)
        holders = [one for town in system.installation.towns for one in town.holders]
        customers.join(
            [one for one in holders if one.name.startswith("resident-")], first.terminals
        )
        busy = asyncio.create_task(customers.keep_busy(plan.customers))
        looking = asyncio.create_task(
            replicas.watch(first.stage.codes[0], first.last_terminal, lambda: CountingDriver.tally)
        )
        stages: list[Callable[[], StageReport]] = []
        try:
            for coming in prepared.coming:
                stages.append(await _stage(coming, made, customers, replicas, plan, folder))
                say(stages[-1]().line())
        finally:
            customers.stop()
            await busy
            looking.cancel()
        await visits.recover_all()
        visits.close()
    told = tuple(stage() for stage in stages)
    return Report(stages=told, never_stopped=replicas.never_stopped, seed=plan.seed)


async def _stage(
    coming: Coming,
    made: Installation,
    customers: Customers,
    replicas: Replicas,
    plan: Plan,
    folder: Path,
) -> Callable[[], StageReport]:
    """Go through a stage; return how to tell of it, as visits may end after it."""
    stage, tally = coming.stage, Tally()
    CountingDriver.tally = tally
    say(f"stage {stage.number}: {len(stage.codes):,} municipalities, {stage.stores:,} stores")
    joined = await join(made, coming, replicas, folder / "commands.log")
    if coming.joining is not None:
        holders = [one for town in coming.joining.towns for one in town.holders]
        customers.join(holders, coming.terminals)
    tally.live, began = True, time.monotonic()
    told = began
    while not tally.reached(plan.issuances, SERVED_SHARE * len(stage.codes)):
        await asyncio.sleep(_LOOK_S)
        if time.monotonic() - told > _TOLD_EVERY_S:
            told = time.monotonic()
            say(f"  {tally.completed.total():,} papers of {len(tally.completed):,} municipalities")
        if time.monotonic() - began > LONGEST_STAGE_S:
            break
    tally.live, seconds = False, time.monotonic() - began
    return lambda: stage_report(stage, joined, tally, seconds, plan.issuances)


def say(line: str) -> None:
    """Tell how far it is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="proofs.growth", description=__doc__)
    parser.add_argument("--small", action="store_true", help="3, 8 and 20 municipalities")
    parser.add_argument("--issuances", type=int, default=2_000, help="of each stage, at least")
    parser.add_argument("--seed", type=int, default=2010)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

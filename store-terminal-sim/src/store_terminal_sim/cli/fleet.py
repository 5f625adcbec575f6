"""`fleet`: hundreds of terminals and their cardholders in one process, for some seconds."""

import argparse
import asyncio
import json
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

from madoguchi_wire.clock import Clock, SystemClock
from rich.console import Console

from store_terminal_sim.fleet.run import Progress, Ran, Wanted, people_in, run, terminals_in

_PAPERS = ("printed", "voided", "refused", "left")
_OFFSET = "MADOGUCHI_CLOCK_OFFSET_SECONDS"


def run_fleet(chosen: argparse.Namespace, clock: Clock) -> int:
    """Run a fleet; return 0 if papers came out and the gateway has every report."""
    console = Console()
    terminals = terminals_in(chosen.folder, chosen.terminals)
    if not terminals or not people_in(chosen.folder):
        console.print(f"[red]--folder {chosen.folder}: no terminals or no cards lie there")
        return 2
    wanted = Wanted(
        folder=chosen.folder,
        seconds=chosen.seconds,
        seed=chosen.seed,
        terminals=terminals,
        most_copies=chosen.copies,
        think_s=chosen.think,
        power_cuts_a_minute=chosen.power_cuts,
        gateways=chosen.gateway,
    )
    told = f"{len(terminals)} terminals, {chosen.seconds:g} s, seed {chosen.seed}"
    console.print(told, highlight=False)
    try:
        ran = asyncio.run(
            run(wanted, _clock_of(chosen.folder, clock), lambda far: _tell(console, far))
        )
    except (OSError, ValueError) as error:
        console.print(f"[red]The fleet cannot be used: {error}")
        return 2
    console.print(_summary(len(terminals), chosen.seed, ran), soft_wrap=True, highlight=False)
    return 0 if ran.ends["printed"] > 0 and ran.waiting == 0 else 1


def _clock_of(folder: Path, clock: Clock) -> Clock:
    """Return the clock of the installation's processes, unless the environment names one."""
    facts = folder / "installation.json"
    if _OFFSET in os.environ or not facts.exists():
        return clock
    offset: float = json.loads(facts.read_bytes())["clock_offset_seconds"]
    return SystemClock(timedelta(seconds=offset))


def _tell(console: Console, far: Progress) -> None:
    line = f"{far.seconds:6.0f} s  {_papers(far.ends, far.seconds)}; {far.busy} busy, {far.off} off"
    if far.waiting:
        line += f", reports of {far.waiting} wait"
    console.print(line, soft_wrap=True, highlight=False)


def _summary(terminals: int, seed: int, ran: Ran) -> str:
    visits = {name: count for name, count in ran.ends.items() if name not in _PAPERS}
    without = ", ".join(f"{count} {name}" for name, count in sorted(visits.items())) or "none"
    suspended = f"; {ran.suspended} suspended" if ran.suspended else ""
    return (
        f"fleet of {terminals}, seed {seed}, {ran.seconds:.0f} s: "
        f"{_papers(ran.ends, ran.seconds)}; visits without a paper: {without}; "
        f"{ran.power_cuts} power cuts; reports of {ran.waiting} terminals wait; "
        f"{ran.cash:,} yen in the machines{suspended}"
    )


def _papers(ends: Counter[str], seconds: float) -> str:
    rate = ends["printed"] / max(seconds, 0.001)
    counted = ", ".join(f"{ends[name]} {name}" for name in _PAPERS if ends[name] or name != "left")
    return f"{counted} ({rate:.1f} papers a second)"

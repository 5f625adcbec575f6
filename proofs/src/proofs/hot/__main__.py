"""`make hot`: 200 changes while 50 terminals issue at two replicas; `var/hot/report.json`."""

import argparse
import asyncio
import json
import shutil
import sys
import time
from collections import Counter
from random import Random
from typing import Any

import aiohttp
import asyncpg
from checker.evidence.evidence import gather
from checker.verdict import judge
from local_stack.crowd import Crowd, Load
from local_stack.folders import VAR, card_keys
from local_stack.installation.extent import Extent
from local_stack.postgres import choose_postgres
from local_stack.settling import settle
from local_stack.system import LocalSystem
from local_stack.visits import Visits

from proofs.hot.changing import WITHIN_S, Changes

FOLDER = VAR / "hot"
ANNOUNCED = frozenset({"municipality-not-live"})
"""What a cardholder is told while a municipality is suspended."""
CARDS = 34
THINK_S = 15.0
"""So that two cores are busy and not more: what is measured is the way of a decision."""
_PATIENCE_S = 120
_UNEXPLAINED = """
    SELECT count(*) FROM issuances WHERE state <> 'completed' AND NOT EXISTS (
        SELECT FROM municipality_decisions AS decision
        WHERE decision.municipality = issuances.municipality AND decision.state = 'suspended'
          AND decision.in_force_from BETWEEN issuances.accepted_at - interval '5 seconds'
                                         AND issuances.accepted_at + interval '60 seconds')
"""


def main(arguments: list[str]) -> int:
    """Return 0 if nothing failed but what was announced, and the checker finds no fault."""
    asked = _parser().parse_args(arguments)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    extent = Extent(fleet=asked.terminals + 1, cards=CARDS, papers_a_day=1000)
    server = choose_postgres(FOLDER / "postgres")
    try:
        server.start()
        with LocalSystem(
            FOLDER / "installation",
            server,
            prefix="madoguchi_hot",
            card_keys=card_keys(),
            environment={"KAFKA_BOOTSTRAP_SERVERS": ""},
            extent=extent,
            told=_say,
        ) as system:
            report = asyncio.run(_changed_under_load(system, extent, asked.changes, asked.seed))
            settle(system, _PATIENCE_S)
            report["unexplained"] = asyncio.run(_unexplained(system))
        papers = sorted(system.installation.layout.terminals.glob("*/papers"))
        verdict = judge(asyncio.run(gather(system.folder, papers)))
    finally:
        server.stop()
    report |= {
        "faults": [f"{one.name}: {one.where}: {one.what}" for one in verdict.faults],
        "issuances": verdict.issuances,
        "checker_holds": verdict.holds and verdict.reconciled,
    }
    report["holds"] = bool(
        report["checker_holds"]
        and not report["unannounced"]
        and report["unexplained"] == 0
        and report["changes"] >= asked.changes
        and report["slowest_s"] < WITHIN_S
    )
    (FOLDER / "report.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    _say(json.dumps(report))
    return 0 if report["holds"] else 1


async def _unexplained(system: LocalSystem) -> int:
    """Count papers that did not come out although nobody suspended their municipality then."""
    connection = await asyncpg.connect(system.installation.facts.gateway_database)
    try:
        return await connection.fetchval(_UNEXPLAINED)
    finally:
        await connection.close()


async def _changed_under_load(
    system: LocalSystem, extent: Extent, number: int, seed: int
) -> dict[str, Any]:
    looking, *serving = extent.terminals
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        visits = Visits(system.installation, system.clock, http)
        crowd = Crowd(visits, serving, Load(seed=seed, cards=CARDS, think_s=THINK_S, sorry_s=0.2))
        changes = Changes(
            system.installation,
            system.clock,
            http,
            looking,
            FOLDER / "files",
            Random(seed),
        )
        busy = asyncio.create_task(crowd.keep_busy())
        began = time.monotonic()
        try:
            await asyncio.wait_for(crowd.printed(len(serving)), _PATIENCE_S)
            _say(f"{number} changes while {len(serving)} terminals issue")
            await changes.make(number)
        finally:
            crowd.stop()
            await busy
        seconds = time.monotonic() - began
        await visits.recover_all()
        await visits.count_cash()
        visits.close()
    return _report(crowd.ends, changes, len(serving), seconds)


def _report(ends: Counter[str], changes: Changes, terminals: int, seconds: float) -> dict[str, Any]:
    heard = sorted(one.seconds for one in changes.done)
    usual = ANNOUNCED | {"printed", "voided", "refused", "left"}
    return {
        "changes": len(heard),
        "by_step": dict(Counter(one.step for one in changes.done)),
        "broken_files": changes.broken,
        "terminals": terminals,
        "seconds": round(seconds, 1),
        "median_s": round(heard[len(heard) // 2], 3),
        "slowest_s": round(heard[-1], 3),
        "ends": dict(ends),
        "unannounced": {end: count for end, count in ends.items() if end not in usual},
    }


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="proofs.hot", description=__doc__)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--terminals", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2027)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Afterwards: wait until the archive has everything, read all three, and have it verified."""

import asyncio
import json
import os
import subprocess
from dataclasses import dataclass
from time import monotonic
from typing import Any

from local_stack.installation.facts import WITNESSES
from local_stack.kafka_cluster import AUDIT_TOPIC
from local_stack.kafka_reading import read_topic

from proofs.drill.comparing import Compared, compare
from proofs.drill.stage import ARCHIVE, Stage

_PATIENCE_S = 180
_POLL_S = 0.2
_HAS = "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM stamp_records)"
_SHALL = "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM stamps)"
_OUTBOX = "SELECT canonical FROM outbox ORDER BY subject, sequence"
_ARCHIVE = "SELECT source, event_id, canonical FROM events"
_LETTERS = "SELECT reason, count(*) FROM dead_letters GROUP BY reason"
_STAMPS = "SELECT count(*) FROM stamps WHERE complete_at IS NOT NULL"


@dataclass(frozen=True)
class Judged:
    """What is left after a drill."""

    compared: Compared
    stamps: int
    faults: tuple[str, ...]
    verified: bool


async def wait_for_archive(stage: Stage) -> None:
    """Wait until the archive has as much as was committed, or for a long time at most.

    What is missing then is named by the comparison.
    """
    until = monotonic() + _PATIENCE_S
    while monotonic() < until:
        if await stage.of_archive(_HAS) == await stage.of_outbox(_SHALL):
            return
        await asyncio.sleep(_POLL_S)


def judge(stage: Stage) -> Judged:
    """Compare outbox, Kafka and archive, and have the archive verified."""
    found, letters, stamps = asyncio.run(_read(stage))
    holds, wrong = _verified(stage, {"events": found.outbox, "stamps": stamps})
    return Judged(found, stamps, (*found.faults, *letters, *wrong), holds)


async def _read(stage: Stage) -> tuple[Compared, list[str], int]:
    """Return what the comparison found, the archive's dead letters, and the number of stamps."""
    for code in WITNESSES:
        # They stopped with their cities; an auditor asks them for their heads.
        await stage.system.restart(f"adapter-{code}")
    letters = [
        f"{count} messages are dead letters: {reason}"
        for reason, count in await stage.of_archive(_LETTERS)
    ]
    return await _compared(stage), letters, (await stage.of_outbox(_STAMPS))[0][0]


async def _compared(stage: Stage) -> Compared:
    outbox = await stage.of_outbox(_OUTBOX)
    messages = await read_topic(stage.broker.servers, AUDIT_TOPIC)
    rows = await stage.of_archive(_ARCHIVE)
    archive = {(row["source"], row["event_id"]): row["canonical"] for row in rows}
    return compare([row["canonical"] for row in outbox], messages, archive)


def _verified(stage: Stage, all_of: dict[str, int]) -> tuple[bool, list[str]]:
    """Let the archive's own command verify everything; return its word, and what is wrong."""
    process = stage.system.processes[ARCHIVE]
    words = ["verify", "--json", "--by", "a.drill", "--why", "the audit drill"]
    done = subprocess.run(
        [*process.argv[:-1], *words],
        env=os.environ | process.env,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        return False, [f"audit verify: {done.stderr.strip()}"]
    found = json.loads(done.stdout)
    faults = [f"audit verify: {fault}" for fault in found["faults"]]
    faults += _not_over_all(found, all_of)
    return done.returncode == 0 and found["verified"] and not faults, faults


def _not_over_all(found: dict[str, Any], all_of: dict[str, int]) -> list[str]:
    """Name where it looked at less than there is."""
    wanted = all_of | {"unstamped": 0, "on_the_way": 0, "witnesses": len(WITNESSES)}
    return [
        f"audit verify looked at {found[name]} {name}, not {number}"
        for name, number in wanted.items()
        if found[name] != number
    ]

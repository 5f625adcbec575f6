"""`make soak`: SOAK_SECONDS, SOAK_SEED; results add up in var/soak/ledger.jsonl."""

import os
import secrets
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

from proofs.soak.ledger import Entry, add, read, summary
from proofs.soak.run import run
from proofs.soak.seen import Seen, Wanted
from proofs.soak.unfinished import commit, kept_if_unfinished, today

FOLDER = Path("var/soak")
LEDGER = FOLDER / "ledger.jsonl"
_TERMINALS = 20


def main() -> int:
    """Run once and add to the ledger; 0 if everything holds."""
    if sys.argv[1:] == ["summary"]:
        sys.stdout.write(summary(read(LEDGER)) + "\n")
        return 0
    seed = int(os.environ.get("SOAK_SEED") or secrets.randbelow(1_000_000))
    seconds = float(os.environ.get("SOAK_SECONDS") or 180)
    folder = FOLDER / f"run-{seed}-{int(time.time())}"
    began = time.monotonic()

    def told(line: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - began:6.1f} s] {line}\n")
        sys.stdout.flush()

    with kept_if_unfinished(LEDGER, seed):
        seen = run(Wanted(folder, seed, seconds, _TERMINALS), told)
        entry = _entry(seed, seen)
    add(LEDGER, entry)
    _show(seen, folder)
    return 0 if seen.holds else 1


def _entry(seed: int, seen: Seen) -> Entry:
    verdict = seen.verdict
    return Entry(
        seed=seed,
        seconds=round(seen.seconds, 1),
        commit=commit(),
        day=today(),
        issuances=verdict.issuances,
        papers=verdict.papers,
        events=_events(seen),
        wrong_person=verdict.wrong_person,
        faults_found=dict(Counter(fault.name.value for fault in verdict.faults)),
        occurred=seen.occurred,
        repeated_requests=seen.network.repeated,
        overtaken_requests=seen.network.overtaken,
        power_cuts=seen.power_cuts,
        struck=tuple(seen.struck),
        holds=seen.holds,
        lacking=tuple(seen.lacking),
    )


def _events(seen: Seen) -> int:
    return seen.verdict.audit.events


def _show(seen: Seen, folder: Path) -> None:
    rate = seen.ends["printed"] / seen.seconds
    sys.stdout.write(
        f"{seen.ends['printed']} papers in {seen.seconds:.0f} s, {rate:.1f} a second\n"
    )
    for missed in seen.missed:
        sys.stdout.write(f"missed: {missed}\n")
    for name in seen.lacking:
        sys.stdout.write(f"never occurred: {name}\n")
    for fault in seen.verdict.faults[:20]:
        sys.stdout.write(f"fault: {fault.name.value} {fault.where}: {fault.what}\n")
    if seen.holds:
        shutil.rmtree(folder)
        sys.stdout.write(f"all holds. Together:\n{summary(read(LEDGER))}\n")
    else:
        sys.stdout.write(
            f"it does not hold: everything is kept in {folder}; logs/ has the services\n"
        )


if __name__ == "__main__":
    raise SystemExit(main())

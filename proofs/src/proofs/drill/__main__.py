"""`make audit-drill`: DRILL_SECONDS, DRILL_SEED; the result is `var/audit/report.json`."""

import os
import secrets
import shutil
import sys
import time

from local_stack.folders import VAR
from rich.console import Console

from proofs.drill.run import run
from proofs.drill.table import tables_of, words_of

FOLDER = VAR / "audit"
REPORT = FOLDER / "report.json"


def main() -> int:
    """Return 0 if nothing was lost or changed, all is verified, and the relay is fast enough."""
    console, began = Console(), time.monotonic()
    seed = int(os.environ.get("DRILL_SEED") or secrets.randbelow(1_000_000))
    seconds = float(os.environ.get("DRILL_SECONDS") or 120)
    folder = FOLDER / f"run-{seed}-{int(time.time())}"

    def told(line: str) -> None:
        console.print(
            f"[dim]\\[{time.monotonic() - began:6.1f} s][/] {line}", highlight=False, soft_wrap=True
        )

    REPORT.unlink(missing_ok=True)
    report = run(folder, seed, seconds, told)
    REPORT.write_text(report.model_dump_json(indent=1) + "\n", "utf-8")
    for table in tables_of(report):
        console.print(table)
    for line in words_of(report):
        console.print(line, soft_wrap=True)
    if report.holds:
        shutil.rmtree(folder)
    else:
        console.print(f"it does not hold: everything is kept in {folder}", soft_wrap=True)
    console.print(f"{REPORT}, {time.monotonic() - began:.0f} s", soft_wrap=True)
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())

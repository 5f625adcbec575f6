"""`make fy2010`: the year, its table and its charts; the result is `var/fy2010/report.json`."""

import argparse
import shutil
import sys
import time
from pathlib import Path

from local_stack.folders import VAR
from local_stack.postgres import PostgresNotStarted
from local_stack.processes import ProcessNotReady
from local_stack.server_clock import NotFollowed
from local_stack.settling import NotSettled
from madoguchi_wire.errors import MadoguchiError
from rich.console import Console

from proofs.fy2010.charts import write_pictures
from proofs.fy2010.plan import open_days
from proofs.fy2010.replay import NotPrinted
from proofs.fy2010.report import report_of
from proofs.fy2010.run import Wanted, run
from proofs.fy2010.seed import PLACES
from proofs.fy2010.shown import cost_table, places_table, words

FOLDER = VAR / "fy2010"
_CARDS = 500
_FAULTS_SHOWN = 20
_WIDTH = 120
"""The tables need fewer than 80 columns; no console is so narrow that figures are left out."""
_FAULTS = (
    MadoguchiError,
    NotFollowed,
    NotPrinted,
    NotSettled,
    PostgresNotStarted,
    ProcessNotReady,
)


def main(arguments: list[str]) -> int:
    """Return 0 if the statements say the seed's figures, and the whole history holds; 2: no end."""
    asked = _parser().parse_args(arguments)
    console, began = Console(width=_WIDTH), time.monotonic()

    def told(line: str) -> None:
        console.print(
            f"[dim]\\[{time.monotonic() - began:6.1f} s][/] {line}", highlight=False, soft_wrap=True
        )

    shutil.rmtree(FOLDER, ignore_errors=True)
    wanted = Wanted(FOLDER / "run", asked.seed, open_days(), PLACES, _CARDS)
    try:
        ran = run(wanted, told)
    except _FAULTS as fault:
        sys.stderr.write(f"fy2010: {fault}; {wanted.folder} has all that was written\n")
        return 2
    report = report_of(wanted, ran)
    (FOLDER / "report.json").write_text(report.model_dump_json(indent=1) + "\n", "utf-8")
    pictures = write_pictures(report, FOLDER)
    console.print(places_table(report))
    console.print(cost_table(report))
    for line in words(report):
        console.print(line, soft_wrap=True, highlight=False)
    for fault in ran.verdict.faults[:_FAULTS_SHOWN]:
        console.print(f"fault: {fault.name.value} {fault.where}: {fault.what}", soft_wrap=True)
    console.print(f"{', '.join(map(_shown, [FOLDER / 'report.json', *pictures]))}", soft_wrap=True)
    return 0 if report.holds else 1


def _shown(path: Path) -> str:
    return str(path.relative_to(VAR.parent))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="proofs.fy2010", description=__doc__)
    parser.add_argument("--seed", type=int, default=2010)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

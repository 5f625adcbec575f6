"""`python -m proofs.incidents [F1 F7 …]`: every incident twice, a table, and the report."""

import argparse
import fcntl
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from local_stack.folders import VAR
from local_stack.postgres import choose_postgres
from rich.console import Console

from proofs.incidents.cases import INCIDENTS
from proofs.incidents.incident import Incident
from proofs.incidents.result import Result, result_of
from proofs.incidents.run import Run, Runner, Size
from proofs.incidents.table import EXPLAINED, table_of, words_of

FOLDER = VAR / "incidents"


def main(arguments: list[str]) -> int:
    """Return 0 if every incident is proven absent, 1 if not, 2 if another one runs here."""
    asked = _parser().parse_args(arguments)
    size = Size(asked.terminals, asked.rounds, asked.seed)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write("another make incidents runs here: wait until it ends\n")
            return 2
        results = run_all([INCIDENTS[name] for name in asked.cases or INCIDENTS], size)
    return 0 if all(result.holds for result in results) else 1


def run_all(incidents: Sequence[type[Incident]], size: Size) -> list[Result]:
    """Run incidents, show a table, and write the report."""
    console, began = Console(), time.monotonic()
    server = choose_postgres(FOLDER / "postgres")
    server.start()
    try:
        runner = Runner(FOLDER, server, size)
        results = [_both(runner, incident, size, console, began) for incident in incidents]
    finally:
        server.stop()
    console.print(table_of(results))
    for line in (*EXPLAINED, "", *words_of(results), ""):
        console.print(line, soft_wrap=True)
    _write(FOLDER / "report.json", results)
    console.print(f"{FOLDER / 'report.json'}, {time.monotonic() - began:.0f} s", soft_wrap=True)
    return results


def _both(
    runner: Runner, incident: type[Incident], size: Size, console: Console, began: float
) -> Result:
    def told(way: str, run: Run) -> None:
        seconds = f"[dim]{time.monotonic() - began:5.0f} s[/]"
        console.print(
            f"{seconds} {incident.name} {way} our defences: {run.asked} papers asked for, "
            f"struck {run.injected} times, {len(run.wrong)} wrong papers, {run.refused} refused, "
            f"{run.quarantined} quarantined ({run.seconds:.0f} s)",
            soft_wrap=True,
        )

    without = runner.run(incident(), defended=False)
    told("without", without)
    defended = runner.run(incident(), defended=True)
    told("with", defended)
    return result_of(incident(), without, defended, size)


def _write(path: Path, results: Sequence[Result]) -> None:
    rows = [result.model_dump(mode="json") for result in results]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _parser() -> argparse.ArgumentParser:
    size = Size()
    parser = argparse.ArgumentParser(prog="proofs.incidents", description=__doc__)
    parser.add_argument("cases", nargs="*", choices=[[], *INCIDENTS], metavar="CASE")
    parser.add_argument("--terminals", type=int, default=size.terminals)
    parser.add_argument("--rounds", type=int, default=size.rounds)
    parser.add_argument("--seed", type=int, default=size.seed)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m proofs.guards [NAME …]`: every guard taken out in turn, a table, and the report."""

import argparse
import sys
import time
from collections.abc import Sequence

from local_stack.folders import ROOT, VAR
from rich.console import Console

from proofs.guards.guard import Guard
from proofs.guards.lists import GUARDS
from proofs.guards.proving import prove_all, runners_for
from proofs.guards.report import table_of, write
from proofs.guards.running import NotRun

REPORT = VAR / "guards" / "report.json"


def main(arguments: list[str]) -> int:
    """Return 0 if a test notices each guard that is taken out, 1 if one survives, 2 if nothing."""
    asked = _parser().parse_args(arguments)
    unknown = sorted(set(asked.names) - set(GUARDS))
    if unknown:
        sys.stderr.write(f"no guard is called {', '.join(unknown)}; there are:\n")
        sys.stderr.writelines(f"  {name}\n" for name in GUARDS)
        return 2
    guards = [GUARDS[name] for name in asked.names or GUARDS]
    try:
        return _run(guards, asked.workers, Console())
    except NotRun as error:
        sys.stderr.write(f"nothing is proven, as the untouched copy is not good: {error}\n")
        return 2


def _run(guards: Sequence[Guard], workers: int, console: Console) -> int:
    began = time.monotonic()

    def told(line: str) -> None:
        # Node ids have brackets, which are not meant as colours.
        seconds = f"{time.monotonic() - began:5.0f} s"
        console.print(f"{seconds} {line}", soft_wrap=True, markup=False, highlight=False)

    told(f"{len(guards)} guards; copying the tree")
    with runners_for(ROOT, min(workers, len(guards))) as runners:
        results = prove_all(runners, guards, told)
    console.print(table_of(results))
    write(REPORT, results)
    survived = [result for result in results if not result.tests]
    told(f"{len(results) - len(survived)} of {len(results)} noticed; {REPORT}")
    return 1 if survived else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="proofs.guards", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of guards; all if none is named")
    parser.add_argument("--workers", type=int, default=2, help="guards that are tried at once")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

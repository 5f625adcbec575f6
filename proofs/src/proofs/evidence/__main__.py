"""`python -m proofs.evidence [PART …]`: run the proofs, keep their reports, write the page.

`page` alone runs nothing, and writes the page anew from what is kept.
"""

import argparse
import subprocess
import sys
import time

from proofs.evidence.kept import Kept, TreeIsChanged, add_runs, commit_of
from proofs.evidence.page import write_page
from proofs.evidence.parts import FOLDER, LEDGER, PARTS, Part


def main(arguments: list[str]) -> int:
    """Return 0 if all that was run holds."""
    asked: list[str] = _parser().parse_args(arguments).parts
    chosen = [part for part in PARTS if part.name in asked or not asked]
    try:
        if chosen:
            commit_of()
        held = [_run(part) for part in chosen]
    except TreeIsChanged as error:
        sys.stderr.write(f"{error}\n")
        return 2
    write_page(FOLDER)
    sys.stdout.write(f"{FOLDER}/README.md\n")
    return 0 if all(held) else 1


def _run(part: Part) -> bool:
    """Run one and keep what it says, also if it does not hold."""
    began = time.monotonic()
    sys.stdout.write(f"== {part.name}\n")
    sys.stdout.flush()
    if part.report is not None:
        part.report.unlink(missing_ok=True)
    done = subprocess.run([sys.executable, "-m", part.module], check=False)
    if part.report is None:
        add_runs(LEDGER, FOLDER)
    else:
        Kept.made_now(part.report).write(FOLDER / f"{part.name}.json")
    word = "holds" if done.returncode == 0 else "DOES NOT HOLD"
    sys.stdout.write(f"== {part.name}: {word}, {time.monotonic() - began:.0f} s\n")
    return done.returncode == 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="proofs.evidence", description=__doc__)
    names = [part.name for part in PARTS]
    parser.add_argument("parts", nargs="*", choices=[[], "page", *names], metavar="PART")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make isolation`: five pairs of runs, a line each, and `var/isolation/report.json`."""

import argparse
import shutil
import sys
import time

from local_stack.folders import ROOT, VAR

from proofs.isolation.measuring import measure
from proofs.isolation.result import MOST_DIFFERENCE_MS, MOST_RATIO

FOLDER = VAR / "isolation"
REPORT = FOLDER / "report.json"


def main(arguments: list[str]) -> int:
    """Return 0 if the others notice no more than they may."""
    asked = _parser().parse_args(arguments)
    run = FOLDER / "run"
    shutil.rmtree(run, ignore_errors=True)
    began = time.monotonic()

    def told(line: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - began:6.1f} s] {line}\n")
        sys.stdout.flush()

    report = measure(run, asked.seed, asked.pairs, asked.seconds, told)
    REPORT.write_text(report.model_dump_json(indent=1) + "\n", "utf-8")
    word = "holds" if report.holds else "DOES NOT HOLD"
    told(
        f"{word}: median of {len(report.pairs)} pairs {report.median_ratio:.2f} times, "
        f"{report.median_difference_ms:+.0f} ms (allowed {MOST_RATIO} or {MOST_DIFFERENCE_MS:.0f} "
        f"ms), at {report.rate_per_second:.1f} a second; {REPORT.relative_to(ROOT)}"
    )
    return 0 if report.holds else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="proofs.isolation", description=__doc__)
    parser.add_argument("--seed", type=int, default=2023)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=40, help="of each run")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make bench-certificates`: prints each step and writes `var/bench/certificates.json`."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from madoguchi_wire.order import Kind
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from loadtests.certificates.steps import WARM_UP, Steps, as_json, measure
from loadtests.certificates.throughput import per_second

MAXIMUM_RATIO = 3.0
"""All steps may cost three times the bare rendering."""
_KINDS = (Kind.RESIDENT_RECORD, Kind.SEAL_REGISTRATION)


def main() -> int:
    """Measure; exit code 1 if a kind costs more than it may."""
    asked = _asked()
    console = Console()
    measured: dict[str, dict[str, float]] = {}
    dear = False
    for kind in _KINDS:
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task(kind.value, total=asked.rounds + WARM_UP)
            steps = measure(
                kind, asked.rounds, lambda done, t=task: progress.update(t, completed=done)
            )
        figures = as_json(steps) | {"ratio": round(steps.ratio, 2)}
        for cores in (1, 2):
            rate = per_second(kind, cores, asked.seconds)
            figures[f"per_second_{cores}"] = round(rate, 1)
        measured[kind.value] = figures
        console.print(_table(kind, steps, figures))
        dear = dear or steps.ratio > MAXIMUM_RATIO
    _write(asked.report, measured)
    console.print(
        f"written to {asked.report}; at most {MAXIMUM_RATIO} times the bare rendering: "
        f"{'no' if dear else 'yes'}"
    )
    return int(dear)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What one certificate costs, step by step.")
    parser.add_argument("--rounds", type=int, default=300, help="certificates of each kind")
    parser.add_argument("--seconds", type=float, default=5, help="of each throughput")
    parser.add_argument("--report", type=Path, default=Path("var/bench/certificates.json"))
    return parser.parse_args()


def _table(kind: Kind, steps: Steps, figures: dict[str, float]) -> Table:
    table = Table("step", "ms (median)", "of the bare rendering", title=f"{kind.value}, one page")
    for name, value in as_json(steps).items():
        table.add_row(name, f"{value:.2f}", f"{value / steps.bare_render:.2f}")
    table.add_section()
    for cores in (1, 2):
        table.add_row(f"a second on {cores} cores", f"{figures[f'per_second_{cores}']:.1f}", "")
    return table


def _write(report: Path, measured: dict[str, dict[str, float]]) -> None:
    """Write the figures of 住民票の写し, the dearer kind, at the top, and of all kinds below."""
    report.parent.mkdir(parents=True, exist_ok=True)
    written: dict[str, Any] = measured[Kind.RESIDENT_RECORD.value] | {"kinds": measured}
    report.write_text(json.dumps(written, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())

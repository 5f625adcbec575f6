"""`make model`: every order of steps for small numbers, and whatever is broken is found."""

import sys
import time
from collections.abc import Iterator

from gateway.issuances.life import TRANSITIONS
from local_stack.folders import ROOT, VAR

from proofs.model.controls import controls
from proofs.model.report import (
    BreakageReport,
    WorldReport,
    faults_in_words,
    report_of,
    write_report,
)
from proofs.model.table import Key, key_of
from proofs.model.worlds import WORLDS, Exploration

REPORT = VAR / "model" / "report.json"


def main() -> int:
    """Explore every world and try every control; return 0 if all holds and all is found."""
    began = time.monotonic()
    used = set[Key]()
    worlds = [_explored(one, used) for one in WORLDS]
    breakages = list(_broken())
    unused = [str(key_of(row)) for row in TRANSITIONS if key_of(row) not in used]
    report = report_of(worlds, breakages, unused, time.monotonic() - began)
    write_report(REPORT, report)
    holding = sum(one.holds for one in report.invariants)
    found = sum(one.found for one in breakages)
    _say(
        f"{report.states:,} states, {report.transitions:,} steps, {report.seconds:.0f} s; "
        f"{holding} of {len(report.invariants)} invariants hold, "
        f"{found} of {len(breakages)} breakages found; {REPORT.relative_to(ROOT)}"
    )
    return 0 if report.holds else 1


def _explored(exploration: Exploration, used: set[Key]) -> WorldReport:
    began = time.monotonic()
    explored, world = exploration.run()
    used |= world.used
    seconds = time.monotonic() - began
    _say(
        f"{exploration.name}, {faults_in_words(exploration.faults)}: {explored.states:,} states, "
        f"{explored.transitions:,} steps, {seconds:.0f} s"
    )
    for found in explored.found:
        _say(f"  WRONG: {found.wrong}")
        for step in found.trace:
            _say(f"    {step}")
    return WorldReport(
        name=exploration.name,
        faults=exploration.faults,
        states=explored.states,
        transitions=explored.transitions,
        at_rest=explored.at_rest,
        seconds=round(seconds, 1),
        wrong={found.wrong: found.trace for found in explored.found},
    )


def _broken() -> Iterator[BreakageReport]:
    for control in controls():
        found = control.found()
        if found is None:
            _say(f"NOT FOUND: {control.name}")
            yield BreakageReport(name=control.name, found=False)
        else:
            _say(f"found: {control.name}: {found.wrong} ({len(found.trace)} steps)")
            yield BreakageReport(
                name=control.name, found=True, as_what=found.wrong, steps=len(found.trace)
            )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""The result as tables, for people."""

from collections.abc import Iterator

from loadtests.relay import NEEDED
from rich.table import Table

from proofs.drill.result import Report

_SHOWN = 20


def tables_of(report: Report) -> Iterator[Table]:
    """Yield what was killed, and what is left."""
    kills = Table(title=f"Killed at work, seed {report.seed}")
    for heading in ("at", "process", "met", "down"):
        kills.add_column(heading, justify="left" if heading == "process" else "right")
    for kill in report.kills:
        kills.add_row(f"{kill.at_s:.1f} s", kill.target, str(kill.met), f"{kill.down_s:.1f} s")
    yield kills
    left = Table(title=f"After {report.seconds:.0f} s of load and {report.papers} papers")
    left.add_column("")
    left.add_column("", justify="right")
    for name, value in _figures(report):
        left.add_row(name, value)
    yield left


def _figures(report: Report) -> Iterator[tuple[str, str]]:
    yield "events in the outbox", str(report.outbox)
    yield "events in Kafka", f"{report.kafka} (and {report.repeats} repeats)"
    yield "events in the archive", str(report.archive)
    yield "caught up after", f"{report.caught_up_s:.1f} s"
    yield "verified", f"{'yes' if report.verified else 'NO'} ({report.stamps} stamps)"
    yield f"relay, events/s (≥ {NEEDED})", f"{report.relay_events_per_s:.0f}"


def words_of(report: Report) -> Iterator[str]:
    """Yield what is wrong."""
    for missed in report.missed:
        yield f"[red]missed:[/] {missed}"
    for fault in report.faults[:_SHOWN]:
        yield f"[red]wrong:[/] {fault}"
    if len(report.faults) > _SHOWN:
        yield f"… and {len(report.faults) - _SHOWN} more: the report has all"

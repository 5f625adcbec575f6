"""`madoguchi onboard report CODE`: what the last probe of a municipality found, in words."""

import argparse

from gateway.municipalities.probe_reports import LASTS, KeptReport, newest_report
from gateway.settings import DatabaseSettings
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.kit.commands import (
    FINE,
    FOUND,
    AddParser,
    connected_to,
    municipality,
    say,
    say_json,
)

from madoguchi.probe.report import ProbeReport


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    report = add("report", help="show what the last probe found, in words", act=_report)
    report.add_argument("code", type=municipality, metavar="CODE", help="of a municipality")
    report.add_argument("--version", type=int, help="left away: the one that was probed last")
    report.add_argument("--json", action="store_true", help="for programs")


async def _report(asked: argparse.Namespace) -> int:
    settings = DatabaseSettings.from_environment()
    offset = settings.common.clock_offset
    async with connected_to(settings.database_url, offset, "madoguchi-onboard") as connection:
        kept = await newest_report(connection, asked.code, asked.version)
    if kept is None:
        raise ValueError(f"no probe of it is kept: madoguchi onboard probe {asked.code}")
    if asked.json:
        say_json(_for_programs(kept))
    else:
        _say(kept)
    return FINE if kept.held else FOUND


def _for_programs(kept: KeptReport) -> dict[str, object]:
    return {
        "digest": kept.digest,
        "held": kept.held,
        "counts": kept.held and kept.counts,
        "kept_at": kept.kept_at.isoformat(),
        "probed_by": kept.probed_by,
        "report": kept.says(),
    }


def _say(kept: KeptReport) -> None:
    for line in ProbeReport.model_validate_json(kept.body).lines():
        say(line)
    on = kept.kept_at.astimezone(JAPAN)
    say(f"probed by {kept.probed_by} on {on:%Y-%m-%d %H:%M}; report {kept.digest}")
    if kept.held and not kept.counts:
        say(f"older than {LASTS.days} days: probe again before going live")

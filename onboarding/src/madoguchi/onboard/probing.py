"""`madoguchi onboard probe CODE...`: try a municipality's adapter, and keep what was found."""

import argparse
from datetime import datetime
from pathlib import Path

from gateway.municipalities.deciding import decide_here
from gateway.municipalities.history import history_of
from gateway.municipalities.life import ROWS, Step
from gateway.municipalities.probe_reports import keep_report
from gateway.municipalities.proposal import Proposal
from gateway.municipalities.versions import StoredVersion, newest, read_body
from gateway.settings import DecisionSettings
from madoguchi_wire.kit.commands import (
    FINE,
    FOUND,
    AddParser,
    add_named,
    connected_to,
    municipality,
    person,
    say,
    say_json,
)
from madoguchi_wire.kit.person import Person

from madoguchi.probe.desk import Desk, desk_of
from madoguchi.probe.direct import Centre, probe_directly
from madoguchi.probe.report import Check, ProbeReport
from madoguchi.probe.through import probe_through
from madoguchi.probe.trying import Trying

_ABOUT = """
Tries the newest version of each municipality as it will be used, before it is: each adapter
address from this machine (TLS, readiness, clock, keys, what must be refused), then, as a test
terminal with the test person's card, every kind and option that its file offers, to the printed
test paper (見本). Test papers are audited, cost nothing and are never billed. The report is kept; a
draft whose probe held is tested, and go-live asks for the report. Exit code: 0 all held, 1
something fell short and is named with what to do, 2 it could not be tried.
"""


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    probe = add("probe", help="try an adapter with test papers, and keep the report", act=_probe)
    probe.description = _ABOUT
    probe.add_argument(
        "codes", nargs="+", type=municipality, metavar="CODE", help="of municipalities"
    )
    probe.add_argument(
        "--terminal",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="an enrolled terminal's folder, with `test: true` in its chain's file",
    )
    probe.add_argument(
        "--card",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="the test person's card; or a folder with a card for each CODE",
    )
    probe.add_argument(
        "--gateway",
        action="append",
        default=[],
        metavar="URL",
        help="left away: what the terminal was delivered with",
    )
    add_named(probe)


async def _probe(asked: argparse.Namespace) -> int:
    settings, by = DecisionSettings.from_environment(), person(asked)
    told: list[tuple[str, ProbeReport]] = []
    for version in await _versions(list(dict.fromkeys(asked.codes)), settings):
        if not asked.json:
            say(f"municipality {version.municipality}, version {version.version}")
        report = await _probed(asked, settings, version)
        told.append((await _kept(report, by, settings), report))
        if not asked.json:
            say(f"{report.verdict()}; report {told[-1][0]}")
    if asked.json:
        say_json([_for_programs(*one) for one in told])
    return FINE if all(report.held for _, report in told) else FOUND


async def _versions(codes: list[str], settings: DecisionSettings) -> list[StoredVersion]:
    offset = settings.common.clock_offset
    async with connected_to(settings.database_url, offset, "madoguchi-onboard") as connection:
        found = await newest(connection, codes)
    if missing := [code for code in codes if code not in found]:
        raise ValueError(
            f"no version of {', '.join(missing)} was put: madoguchi onboard put FOLDER"
        )
    return [found[code] for code in codes]


async def _probed(
    asked: argparse.Namespace, settings: DecisionSettings, version: StoredVersion
) -> ProbeReport:
    clock, body = settings.common.clock(), read_body(version.body)
    card = _card(asked.card, version.municipality)
    trying = Trying(_silent if asked.json else _tell)
    async with desk_of(asked.terminal, card, clock, asked.gateway) as desk:
        now = clock.now()
        await probe_directly(_centre(desk, settings, now), body, trying)
        speed = await probe_through(desk, body, version.version, trying)
    return ProbeReport(
        municipality=version.municipality,
        version=version.version,
        digest=version.digest,
        probed_at=now,
        checks=tuple(trying.checks),
        speed=speed,
    )


def _card(folder: Path, code: str) -> Path:
    return folder / code if (folder / code).is_dir() else folder


def _centre(desk: Desk, settings: DecisionSettings, now: datetime) -> Centre:
    return Centre(
        clock=settings.common.clock(),
        shifted=bool(settings.common.clock_offset),
        development=settings.common.environment == "development",
        trust=settings.trusted(now),
        identity=desk.terminal.identity,
        card=desk.card,
    )


async def _kept(report: ProbeReport, by: Person, settings: DecisionSettings) -> str:
    """Keep a report, and decide that the municipality is tested where that is the next step."""
    offset, code = settings.common.clock_offset, report.municipality
    said = report.model_dump(mode="json")
    async with (
        connected_to(settings.database_url, offset, "madoguchi-onboard") as connection,
        connection.transaction(),
    ):
        digest = await keep_report(connection, code, report.version, said, by, held=report.held)
        state = (await history_of(connection, code)).state
        if report.held and any((row.source, row.step) == (state, Step.PROBE) for row in ROWS):
            proposal = Proposal(code, Step.PROBE, by, version=report.version)
            await decide_here(connection, [proposal], settings)
    return digest


def _tell(check: Check) -> None:
    say(f"  {check.line()}")


def _silent(_: Check) -> None:
    pass


def _for_programs(digest: str, report: ProbeReport) -> dict[str, object]:
    return {"digest": digest, "held": report.held, "report": report.model_dump(mode="json")}

"""What a probe found is shown in words, and counts for a month."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gateway.database.migrate import migrated
from gateway.municipalities.loader import put_folder
from gateway.municipalities.probe_reports import keep_report
from gateway.settings import DatabaseSettings
from local_stack.folders import ROOT
from local_stack.testing import MakeMigrated
from madoguchi.main import main
from madoguchi.probe.report import Check, ProbeReport
from madoguchi_wire.kit.commands import connected_to
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire_testing.commands import Said, run_command

CODE = "122033"
HELD = Check(part="direct", name="its clock is right", of="https://a.example", held=True)
THROUGH = Check(part="gateway", name="a paper comes out", of="resident_record", held=True)
SHORT = Check(
    part="gateway", name="each page says 見本", held=False, seen="page 2 does not", mend="ask them"
)


@pytest.mark.parametrize(
    ("checks", "holds", "verdict"),
    [
        ((HELD, THROUGH), True, "all 2 checks held"),
        ((HELD, THROUGH, SHORT), False, "1 of 3 checks fell short"),
        ((HELD,), False, "not all parts were tried"),
        ((THROUGH,), False, "not all parts were tried"),
        ((), False, "not all parts were tried"),
    ],
)
def test_a_report_holds_if_both_parts_were_tried_and_nothing_fell_short(
    checks: tuple[Check, ...], *, holds: bool, verdict: str
) -> None:
    report = _report(*checks)
    assert (report.held, report.verdict()) == (holds, verdict)


async def test_the_last_report_is_told_and_says_what_to_do(
    migrated_database: MakeMigrated,
) -> None:
    common = CommonSettings(environment="development")
    url = await migrated_database(migrated)
    settings = DatabaseSettings(common=common, database_url=url)
    environment = {"MADOGUCHI_ENVIRONMENT": "development", "GATEWAY_DATABASE_URL": url}
    await put_folder(_folder(), settings)
    told = await _told(environment)
    assert told.code == 2
    assert "no probe of it is kept: madoguchi onboard probe 122033" in told.errors
    for report in (_report(HELD, THROUGH, SHORT), _report(HELD, THROUGH)):
        await _keep(settings, report)
    told = await _told(environment)
    assert (told.code, told.out.splitlines()[-2]) == (0, "all 2 checks held")
    assert json.loads((await _told(environment, "--json")).out)["counts"] is True
    await _keep(settings, _report(HELD, THROUGH, SHORT))
    told = await _told(environment)
    assert told.code == 1
    assert "FELL SHORT  each page says 見本" in told.out
    assert "do:   ask them" in told.out
    later = environment | {"MADOGUCHI_CLOCK_OFFSET_SECONDS": str(31 * 86_400)}
    await _keep(settings, _report(HELD, THROUGH))
    assert "older than 30 days" in (await _told(later)).out
    assert json.loads((await _told(later, "--json")).out)["counts"] is False


def _folder() -> Path:
    return ROOT / "deploy"


def _report(*checks: Check) -> ProbeReport:
    return ProbeReport(
        municipality=CODE,
        version=1,
        digest="0" * 64,
        probed_at=datetime.now(UTC),
        checks=checks,
    )


async def _keep(settings: DatabaseSettings, report: ProbeReport) -> None:
    offset = settings.common.clock_offset
    said, by = report.model_dump(mode="json"), Person.of("sato", "before going live")
    async with connected_to(settings.database_url, offset, "test") as connection:
        await keep_report(connection, CODE, 1, said, by, held=report.held)


async def _told(environment: Mapping[str, str], *words: str) -> Said:
    return await run_command(main, environment, "onboard", "report", CODE, *words)

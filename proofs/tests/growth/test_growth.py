"""An installation that grows while people are served; and what makes a run fall short."""

import json
from pathlib import Path
from typing import Any

import pytest
from proofs.growth.__main__ import grown
from proofs.growth.plan import plan_of
from proofs.growth.report import Report, StageReport, write

GOOD = StageReport(
    municipalities=20,
    terminals=200,
    requests=900,
    failed=0,
    reload_s=0.1,
    rss_mb=100,
    put_s=1,
    go_live_s=1,
    completed=60,
    municipalities_served=18,
    wanted=60,
    failures={},
    papers_a_s=20,
    p50_ms=10,
    p95_ms=20,
    lookup_ms=2,
    lookup_fast_ms=1,
)


@pytest.mark.system
def test_municipalities_and_stores_join_by_commands_while_people_are_served(
    tmp_path: Path,
) -> None:
    plan = plan_of(((3, 7), (9, 60)), (7, 10), issuances=30, seed=2010)
    report = grown(plan, tmp_path / "growth")
    write(report, tmp_path)
    told = json.loads((tmp_path / "report.json").read_bytes())
    assert [(one["municipalities"], one["terminals"]) for one in told["stages"]] == [
        (3, 7),
        (9, 60),
    ]
    for stage in told["stages"]:
        assert {"requests", "failed", "reload_s", "rss_mb"} <= stage.keys()
        assert (stage["failed"], stage["failures"]) == (0, {})
        assert stage["completed"] >= 30
        assert 0 < stage["reload_s"] < 5
        assert 0 < stage["rss_mb"] < 300
    assert told["stages"][1]["municipalities_served"] >= 9
    assert report.never_stopped
    said = (tmp_path / "growth" / "commands.log").read_text("utf-8")
    assert "$ madoguchi onboard put" in said
    assert said.count(": live now, version") == 3 + 9


@pytest.mark.parametrize(
    "changes",
    [
        {"failed": 1, "failures": {"GET answered 503": 1}},
        {"reload_s": 5.0},
        {"rss_mb": 300.0},
        {"completed": 59},
        {"municipalities_served": 17},
        {"lookup_ms": 3.1},
        {"lookup_fast_ms": 1.6},
    ],
    ids=str,
)
def test_whatever_falls_short_is_named_and_the_run_does_not_hold(changes: dict[str, Any]) -> None:
    assert Report(stages=(GOOD, GOOD), never_stopped=True, seed=1).holds
    assert not Report(stages=(GOOD, GOOD), never_stopped=False, seed=1).holds
    report = Report(stages=(GOOD, GOOD.model_copy(update=changes)), never_stopped=True, seed=1)
    assert not report.holds
    assert "does not hold" in report.lines()[-1]

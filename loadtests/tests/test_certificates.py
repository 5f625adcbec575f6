"""What a certificate costs stays within what it may cost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from loadtests.certificates.steps import measure
from madoguchi_wire.order import Kind

FIGURES = ("ms_total", "bare_render", "render", "read_back", "attest_and_seal")


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.alone
def test_all_steps_cost_at_most_three_times_the_bare_rendering(kind: Kind) -> None:
    steps = measure(kind, 60, lambda _: None)
    assert steps.ratio <= 3


def test_the_bench_prints_each_step_and_writes_its_report(tmp_path: Path) -> None:
    report = tmp_path / "certificates.json"
    argv = [sys.executable, "-m", "loadtests.certificates", "--rounds", "10", "--seconds", "0.5"]
    finished = subprocess.run(
        [*argv, "--report", str(report)], capture_output=True, text=True, check=False
    )
    assert "read_back" in finished.stdout
    written = json.loads(report.read_text("utf-8"))
    for figures in (written, *written["kinds"].values()):
        assert all(figures[name] > 0 for name in (*FIGURES, "per_second_1", "per_second_2"))

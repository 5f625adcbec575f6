"""`make demo` from any folder: its exit code, its report, the papers that it leaves, its end.

In one file, so that one worker runs them: two of them would not share a folder.
"""

import hashlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from checker.reconciliation.model import Party
from checker.reconciliation.reconcile import reconcile
from checker.reconciliation.sources import Sources
from local_stack.demo.run import FOLDER
from local_stack.folders import ROOT
from local_stack.reconcile import gathered

LEAST = 12
GONE_S = 20
SERVICES = 8
"""Card authority, adapters, gateways, relay and stamper; PostgreSQL beside them."""
PLACES = ("市内", "千葉県", "東京都23区内", "東京都23区外", "神奈川県", "埼玉県", "その他府県")


@pytest.mark.system
def test_the_demo_holds_and_its_report_is_true(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "local_stack", "demo"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "200", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for place in PLACES:
        assert place in ran.stdout
    report = json.loads((ROOT / "var/demo/report.json").read_bytes())
    figures = {"issuances", "ledger", "audit", "reconciled", "wrong_person", "holds", "faults"}
    assert set(report) == figures
    assert report["holds"] is True
    assert report["faults"] == 0
    assert report["wrong_person"] == 0
    assert report["reconciled"] is True
    assert report["ledger"]["balanced"] is True
    assert report["ledger"]["lines"] >= 4 * LEAST
    assert report["audit"]["verified"] is True
    assert report["audit"]["events"] >= 5 * LEAST
    check_issuances(report["issuances"])
    check_money_of_what_is_left()


def check_money_of_what_is_left() -> None:
    """As `make reconcile` does when nothing runs any more."""
    left = gathered(FOLDER / "installation", FOLDER / "postgres")
    found = reconcile(Sources.of(left))
    assert found.reconciled
    assert sum(row.counted.papers for row in found.rows) >= LEAST
    # The day is not over: nobody has closed it, and no chain has paid for it.
    assert {one.party for one in found.excused} <= {Party.BILLED, Party.PAID_IN}


def check_issuances(issuances: list[dict[str, str | int]]) -> None:
    assert len(issuances) >= LEAST
    assert len({one["id"] for one in issuances}) == len(issuances)
    for one in issuances:
        assert one["state"] == "completed"
        document = (ROOT / str(one["document"])).read_bytes()
        assert document.startswith(b"%PDF")
        assert hashlib.sha256(document).hexdigest() == one["sha256"]
    left = {path.stem for path in (ROOT / "var/demo").glob("*.pdf")}
    assert left == {one["id"] for one in issuances}
    assert {one["municipality"] for one in issuances} == {"122033", "131130", "132047"}
    assert {one["kind"] for one in issuances} == {"resident_record", "seal_registration"}
    assert len({one["terminal"] for one in issuances}) >= LEAST


@pytest.fixture
def demo() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "local_stack", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


@pytest.mark.system
@pytest.mark.parametrize(
    ("number", "code", "when"),
    [
        (signal.SIGINT, 130, "cardholders at their terminals"),
        # It does what SIGINT does: here while services start, of which none is ready yet.
        (signal.SIGTERM, 130, "card authority, adapters"),
        (signal.SIGKILL, -9, "cardholders at their terminals"),
    ],
    ids=["SIGINT", "SIGTERM", "SIGKILL"],
)
def test_an_interrupted_demo_leaves_nothing_running(
    demo: "subprocess.Popen[str]", number: signal.Signals, code: int, when: str
) -> None:
    assert demo.stdout is not None
    told = list[str]()
    for line in demo.stdout:
        told.append(line)
        if when in line:
            break
    while len(services(demo)) < SERVICES and demo.poll() is None:
        time.sleep(0.05)
    children = psutil.Process(demo.pid).children(recursive=True)
    assert len(children) > SERVICES, "".join(told)
    demo.send_signal(number)
    for _ in demo.stdout:
        pass
    assert demo.wait(GONE_S) == code
    _, alive = psutil.wait_procs(children, GONE_S)
    assert alive == []


def services(demo: "subprocess.Popen[str]") -> list[psutil.Process]:
    children = psutil.Process(demo.pid).children(recursive=True)
    return [child for child in children if "postgres" not in child.name()]

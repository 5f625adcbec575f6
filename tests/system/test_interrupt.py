"""Ctrl-C, or the end of whoever watches, leaves no process behind."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest
from local_stack.folders import ROOT

GONE_S = 20


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


@pytest.mark.xdist_group("demo")
@pytest.mark.system
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)],
    ids=["SIGINT", "SIGTERM", "SIGKILL"],
)
def test_an_interrupted_demo_leaves_nothing_running(
    demo: "subprocess.Popen[str]", number: signal.Signals, code: int
) -> None:
    assert demo.stdout is not None
    told = list[str]()
    for line in demo.stdout:
        told.append(line)
        if "cardholders at their terminals" in line:
            break
    children = psutil.Process(demo.pid).children(recursive=True)
    assert len(children) > 7, "".join(told)
    demo.send_signal(number)
    for _ in demo.stdout:
        pass
    assert demo.wait(GONE_S) == code
    _, alive = psutil.wait_procs(children, GONE_S)
    assert alive == []

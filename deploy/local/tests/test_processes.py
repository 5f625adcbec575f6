import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from local_stack.ports import free_port
from local_stack.processes import ManagedProcess, ProcessNotReady, answers_ok, start_all

SERVER = """
import http.server, os, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
print("serving as", os.environ["ROLE"], flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVER
DYING = "print('the key file is missing', flush=True); raise SystemExit(3)"


def process(folder: Path, program: str = SERVER) -> ManagedProcess:
    port = free_port()
    return ManagedProcess(
        "demo service",
        [sys.executable, "-c", program, str(port)],
        ready_url=f"http://127.0.0.1:{port}/readyz",
        log=folder / "logs" / f"{port}.log",
        env={"ROLE": "test"},
    )


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ManagedProcess]:
    with process(tmp_path) as service:
        yield service


def test_it_is_ready_when_start_returns(service: ManagedProcess) -> None:
    assert service.running
    assert answers_ok(service.ready_url)
    assert "serving as test" in service.log.read_text()


def test_after_kill_it_starts_again_on_its_port(service: ManagedProcess) -> None:
    first = service.pid
    service.kill()
    assert not service.running
    assert not answers_ok(service.ready_url)
    service.start()
    assert service.pid != first
    assert answers_ok(service.ready_url)


def test_restart_makes_a_new_process(service: ManagedProcess) -> None:
    first = service.pid
    service.restart()
    assert service.pid != first
    assert not psutil.pid_exists(first)


def test_an_early_death_shows_code_and_last_words(tmp_path: Path) -> None:
    service = process(tmp_path, DYING)
    with pytest.raises(ProcessNotReady, match=r"exit code 3(.|\n)*the key file is missing"):
        service.start()


def test_silence_ends_the_child(tmp_path: Path) -> None:
    service = process(tmp_path, "import signal; signal.pause()")
    with pytest.raises(ProcessNotReady, match="within 1 s"):
        service.start(timeout_s=1)
    assert not service.running


def test_a_child_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    service = process(tmp_path, STUBBORN)
    service.start()
    service.terminate(grace_s=0.1)
    assert not service.running


def test_when_one_of_many_fails_none_stays(tmp_path: Path) -> None:
    good, bad = process(tmp_path), process(tmp_path, DYING)
    with pytest.raises(ProcessNotReady):
        start_all([good, bad])
    assert not good.running


def test_a_child_dies_with_its_killed_parent(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from local_stack.ports import free_port\n"
        "from local_stack.processes import ManagedProcess\n"
        "port = free_port()\n"
        "child = ManagedProcess(\n"
        "    'child', [sys.executable, '-c', sys.argv[1], str(port)], env={'ROLE': 'x'},\n"
        "    ready_url=f'http://127.0.0.1:{port}/readyz', log=Path(sys.argv[2]))\n"
        "child.start()\n"
        "print(child.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, SERVER, str(tmp_path / "log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(10)


def test_a_port_given_out_stays_ours_but_can_be_listened_on() -> None:
    ports = {free_port() for _ in range(200)}
    assert len(ports) == 200
    with socket.create_server(("127.0.0.1", ports.pop())):
        pass

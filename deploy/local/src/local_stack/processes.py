"""Child processes that say when they are ready and die with us."""

import http.client
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from local_stack.child import child_argv

LOG_LINES_SHOWN = 20
POLL_S = 0.02


class ProcessNotReady(Exception):
    """A child died or stayed silent before it was ready; the text ends with its last log lines."""


class ManagedProcess:
    """One service as a child process, in a session of its own, so that Ctrl-C reaches only us.

    It dies with the thread that started it (see `local_stack.child`): start it from the main one.

    Args:
        name: what people call it.
        argv: the command and its arguments.
        ready_url: an http address that answers 200 once the service can work (`/readyz`).
        log: file that its output is appended to.
        env: variables added to ours.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        ready_url: str,
        log: Path,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.argv = list(argv)
        self.ready_url = ready_url
        self.log = log
        self.env = dict(env or {})
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start and wait until ready."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Terminate."""
        self.terminate()

    @property
    def pid(self) -> int:
        """The child's process id; raises ProcessNotReady if it was never started."""
        if self._child is None:
            raise ProcessNotReady(f"{self.name} was not started")
        return self._child.pid

    @property
    def address(self) -> str:
        """The base address of what it serves."""
        return self.ready_url.removesuffix("/readyz")

    @property
    def running(self) -> bool:
        """Whether the child is alive now."""
        return self._child is not None and self._child.poll() is None

    def start(self, timeout_s: float = 30) -> None:
        """Start and wait until ready; raises ProcessNotReady."""
        self.spawn()
        self.wait_until_ready(timeout_s)

    def spawn(self) -> None:
        """Start without waiting, so that several may start side by side."""
        if self.running:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(
                child_argv(self.argv, on_our_death=signal.SIGKILL),
                env=os.environ | self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self, timeout_s: float = 30) -> None:
        """Wait for a 200 from `ready_url`; raises ProcessNotReady and leaves no child behind."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if not self.running:
                raise ProcessNotReady(self._with_log(f"{self.name} {self._ending()}"))
            if answers_ok(self.ready_url):
                return
            time.sleep(POLL_S)
        self.kill()
        raise ProcessNotReady(
            self._with_log(f"{self.name} gave no 200 at {self.ready_url} within {timeout_s:g} s")
        )

    def terminate(self, grace_s: float = 15) -> None:
        """Ask it to drain and stop (SIGTERM); kill it after `grace_s`."""
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(grace_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once (SIGKILL), as a power cut would."""
        if self._child is None:
            return
        self._child.kill()
        self._child.wait()

    def restart(self, timeout_s: float = 30) -> None:
        """Terminate it if it lives, start it again on the same port, and wait until ready."""
        self.terminate()
        self.start(timeout_s)

    def _ending(self) -> str:
        if self._child is None:
            return "was not started"
        code = self._child.returncode
        return f"ended with exit code {code}" if code >= 0 else f"was ended by signal {-code}"

    def _with_log(self, what: str) -> str:
        return f"{what}; the end of {self.log}:\n{last_lines(self.log)}"


def start_all(processes: Iterable[ManagedProcess], timeout_s: float = 30) -> None:
    """Start all side by side; if one does not become ready, kill all and raise ProcessNotReady."""
    processes = list(processes)
    try:
        for process in processes:
            process.spawn()
        for process in processes:
            process.wait_until_ready(timeout_s)
    except BaseException:
        for process in processes:
            process.kill()
        raise


def answers_ok(url: str) -> bool:
    """Tell whether an http GET of `url` is answered with 200 within a second."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=1)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def last_lines(log: Path, count: int = LOG_LINES_SHOWN) -> str:
    """Return the last lines of a log file; nothing if it does not exist."""
    if not log.exists():
        return ""
    with log.open(encoding="utf-8", errors="replace") as lines:
        return "".join(deque(lines, count))

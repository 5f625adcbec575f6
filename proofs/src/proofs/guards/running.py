"""Running tests on the copy, and what came of each."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from proofs.guards import verdict
from proofs.guards.tree import Tree

_LAST_LINES = 15


class NotRun(Exception):
    """The tests did not come to a verdict; the text says why."""


@dataclass(frozen=True)
class Ran:
    """How tests ended."""

    asserted: dict[str, str] = field(default_factory=dict[str, str])
    """Those that failed by an assertion of their own, each with its words."""
    broken: dict[str, str] = field(default_factory=dict[str, str])
    """Those that could not go on, each with why: they say nothing."""
    passed: tuple[str, ...] = ()
    seconds: float = 0


@dataclass(frozen=True)
class Runner:
    """Runs tests of a copy on one PostgreSQL server."""

    tree: Tree
    database: str
    """The server's address; each test makes databases of its own on it."""
    scratch: Path

    def run(self, tests: Sequence[str], patience_s: float) -> Ran:
        """Run tests in a process of their own.

        Raises:
            NotRun: they could not be collected, took too long, or other code than the copy's ran.

        """
        began, told = time.monotonic(), self.scratch / "verdict.json"
        told.unlink(missing_ok=True)
        output, ended = self._output(tests, told, patience_s)
        if not ended:
            raise NotRun(f"no end within {patience_s:.0f} s")
        if not told.exists():
            raise NotRun(_tail(output))
        said = json.loads(told.read_text("utf-8"))
        if said["foreign"]:
            raise NotRun(f"code outside of the copy ran: {', '.join(said['foreign'])}")
        how: dict[str, dict[str, str]] = said["ended"]
        if not how:
            raise NotRun(_tail(output))
        return Ran(
            asserted={name: one["what"] for name, one in how.items() if one["how"] == "asserted"},
            broken={
                name: one["what"] or one["how"]
                for name, one in how.items()
                if one["how"] not in ("asserted", "passed")
            },
            passed=tuple(name for name, one in how.items() if one["how"] == "passed"),
            seconds=time.monotonic() - began,
        )

    def _output(self, tests: Sequence[str], told: Path, patience_s: float) -> tuple[str, bool]:
        """Return what pytest said, and whether it came to its end."""
        # Only what our tests need, named: whatever else is installed takes longer than the tests.
        plugins = ["-p", "pytest_asyncio.plugin", "-p", verdict.__name__, "-p", "no:cacheprovider"]
        environment = self.tree.environment(
            DATABASE_URL=self.database,
            PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
            **{verdict.FILE: str(told), verdict.ORIGINAL: str(self.tree.original)},
        )
        with (self.scratch / "output").open("w+b") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", "pytest", "-q", "--tb=short", *plugins, *tests],
                cwd=self.tree.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                child.wait(patience_s)
                ended = True
            except subprocess.TimeoutExpired:
                ended = False
            finally:
                _end(child)
            output.seek(0)
            return output.read().decode(errors="replace"), ended


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _tail(output: str) -> str:
    return "\n".join(output.splitlines()[-_LAST_LINES:])

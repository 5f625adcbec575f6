"""Running tests on the copy, and what came of each."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import RawIOBase
from pathlib import Path

from proofs.guards import verdict, warm
from proofs.guards.tree import Tree

_LAST_LINES = 15
# Only what our tests need, named: whatever else is installed takes longer than the tests.
_ALWAYS = (
    *("-q", "--tb=short", "-p", "pytest_asyncio.plugin", "-p", verdict.__name__),
    *("-p", "no:cacheprovider"),
)


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
    """Runs tests of a copy, one after another."""

    tree: Tree
    scratch: Path
    process: RawIOBase
    """Asks the `warm` process of this copy, and hears it; without a buffer, as it is waited for."""

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
        output = self.scratch / "output"
        asked = {
            "arguments": [*_ALWAYS, *tests],
            "environment": {verdict.FILE: str(told), verdict.ORIGINAL: str(self.tree.original)},
            "output": str(output),
        }
        self.process.write(json.dumps(asked).encode() + b"\n")
        child = int(self._line())
        ended, _, _ = select.select([self.process], [], [], patience_s)
        if not ended:
            os.killpg(child, signal.SIGKILL)
        self._line()
        return output.read_text("utf-8", errors="replace"), bool(ended)

    def _line(self) -> bytes:
        line = self.process.readline()
        if not line:
            raise NotRun("the process that runs the tests has ended")
        return line


@contextmanager
def running(tree: Tree, database: str, scratch: Path) -> Generator[Runner]:
    """Give a runner on a PostgreSQL server; each test makes databases of its own there."""
    script = tree.root / Path(warm.__file__).relative_to(tree.original)
    ours, theirs = socket.socketpair()
    with theirs:
        child = subprocess.Popen(
            [sys.executable, "-P", str(script)],
            cwd=tree.root,
            env=tree.environment(DATABASE_URL=database, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            start_new_session=True,
        )
    with child, ours, ours.makefile("rwb", buffering=0) as process:
        yield Runner(tree, scratch, process)


def _tail(output: str) -> str:
    return "\n".join(output.splitlines()[-_LAST_LINES:])

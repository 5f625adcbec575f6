"""Taking out one guard after the other, and what its tests made of it."""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from local_stack.postgres import choose_postgres

from proofs.guards.guard import DoesNotApply, Guard
from proofs.guards.running import NotRun, Ran, Runner, running
from proofs.guards.tree import copied

_PATIENCE_S = 240.0
"""For the tests of one guard."""
_FIRST_PATIENCE_S = 1800.0
"""For all tests together, on the untouched copy."""
Told = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """What came of one guard."""

    guard: Guard
    where: str
    tests: tuple[str, ...]
    """Those that failed without it by an assertion of their own; none: it survived."""
    seconds: float
    error: str | None = None
    """Why nothing is proven: it does not apply, or its tests could not run."""

    @property
    def survived(self) -> bool:
        """Whether it was missing and no test noticed."""
        return self.error is None and not self.tests


@contextmanager
def runners_for(original: Path, count: int) -> Generator[list[Runner]]:
    """Give runners, each on a fresh copy of its own, with one PostgreSQL server, until the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="madoguchi-guards-")))
        # PostgreSQL may run as somebody else, who has to get to its data.
        folder.chmod(0o711)
        server = choose_postgres(folder / "postgres")
        dsn = server.start()
        stack.callback(server.stop)
        runners: list[Runner] = []
        for number in range(count):
            scratch = folder / f"scratch-{number}"
            scratch.mkdir()
            tree = copied(original.resolve(), folder / f"tree-{number}")
            runners.append(stack.enter_context(running(tree, dsn, scratch)))
        yield runners


def on_untouched(runners: Sequence[Runner], guards: Sequence[Guard]) -> Ran:
    """Run every chosen test on an untouched copy, where it has to pass.

    Raises:
        NotRun: they did not come to a verdict, or one of them is not there.

    """
    began = time.monotonic()
    tests = sorted({test for guard in guards for test in guard.tests})
    # In whole stretches, as tests of one file share what they start.
    share = -(-len(tests) // len(runners))
    parts = [tests[at : at + share] for at in range(0, len(tests), share)]

    def run(runner: Runner, part: Sequence[str]) -> Ran:
        return runner.run(part, _FIRST_PATIENCE_S)

    with ThreadPoolExecutor(len(runners)) as threads:
        ran = [*threads.map(run, runners, parts)]
    return Ran(
        asserted={name: what for one in ran for name, what in one.asserted.items()},
        broken={name: what for one in ran for name, what in one.broken.items()},
        passed=tuple(name for one in ran for name in one.passed),
        seconds=time.monotonic() - began,
    )


def prove(runner: Runner, guard: Guard) -> Result:
    """Take a guard out of the copy, run its tests, and put it back."""
    try:
        where = guard.where(runner.tree.root)
        with runner.tree.without(guard.cuts):
            ran = runner.run(guard.tests, _PATIENCE_S)
    except (DoesNotApply, NotRun) as error:
        return Result(guard, guard.cuts[0].file, (), 0, str(error))
    failed = tuple(name for test in guard.tests for name in ran.asserted if name.startswith(test))
    error = None
    if not failed and ran.broken:
        error = "no assertion failed, but: " + "; ".join(ran.broken.values())
    return Result(guard, where, failed, ran.seconds, error)


def prove_all(runners: Sequence[Runner], guards: Sequence[Guard], told: Told) -> list[Result]:
    """Prove guard after guard, as many at once as there are runners, and tell each as it comes.

    Raises:
        NotRun: as `on_untouched`.

    """
    ran = on_untouched(runners, guards)
    bad = ran.asserted | ran.broken
    told(f"untouched: {len(ran.passed)} tests pass, {len(bad)} do not ({ran.seconds:.0f} s)")
    for name in bad:
        told(f"untouched: {name} does not pass")
    free: SimpleQueue[Runner] = SimpleQueue()
    for runner in runners:
        free.put(runner)
    done = count(1)

    def proven(guard: Guard) -> Result:
        runner = free.get()
        try:
            result = _bad_already(guard, bad) or prove(runner, guard)
        finally:
            free.put(runner)
        place = f"[{next(done):3}/{len(guards)}]"
        told(f"{place} {guard.name}: {_word(result)} ({result.seconds:.1f} s)")
        return result

    with ThreadPoolExecutor(len(runners)) as threads:
        return [*threads.map(proven, guards)]


def _bad_already(guard: Guard, bad: Mapping[str, str]) -> Result | None:
    """Return that nothing can be proven by tests that do not pass on the untouched copy."""
    for name, what in bad.items():
        if name.startswith(guard.tests):
            error = f"{name} does not pass on the untouched copy: {what}"
            return Result(guard, guard.cuts[0].file, (), 0, error)
    return None


def _word(result: Result) -> str:
    if result.error is not None:
        return f"NOT PROVEN: {result.error}"
    return "SURVIVED" if result.survived else f"noticed by {result.tests[0]}"

"""Taking out one guard after the other, and what its tests made of it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from local_stack.postgres import choose_postgres

from proofs.guards.guard import DoesNotApply, Guard
from proofs.guards.running import NotRun, Ran, Runner
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
def runner_for(original: Path) -> Generator[Runner]:
    """Give a runner on a fresh copy, with a PostgreSQL server, until the end."""
    with TemporaryDirectory(prefix="madoguchi-guards-") as name:
        folder = Path(name)
        # PostgreSQL may run as somebody else, who has to get to its data.
        folder.chmod(0o711)
        scratch = folder / "scratch"
        scratch.mkdir()
        tree = copied(original.resolve(), folder / "tree")
        server = choose_postgres(folder / "postgres")
        server.start()
        try:
            yield Runner(tree, server.dsn, scratch)
        finally:
            server.stop()


def on_untouched(runner: Runner, guards: Sequence[Guard]) -> Ran:
    """Run every chosen test on the untouched copy, where it has to pass.

    Raises:
        NotRun: they did not come to a verdict, or one of them is not there.

    """
    tests = list(dict.fromkeys(test for guard in guards for test in guard.tests))
    return runner.run(tests, _FIRST_PATIENCE_S)


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


def prove_all(runner: Runner, guards: Sequence[Guard], told: Told) -> list[Result]:
    """Prove one guard after the other, and tell each as it comes.

    Raises:
        NotRun: as `on_untouched`.

    """
    ran = on_untouched(runner, guards)
    bad = ran.asserted | ran.broken
    told(f"untouched: {len(ran.passed)} tests pass, {len(bad)} do not ({ran.seconds:.0f} s)")
    results: list[Result] = []
    for number, guard in enumerate(guards, start=1):
        result = _bad_already(guard, bad) or prove(runner, guard)
        results.append(result)
        told(f"[{number:3}/{len(guards)}] {guard.name}: {_word(result)} ({result.seconds:.1f} s)")
    return results


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

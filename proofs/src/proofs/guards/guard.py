"""A guard of the product: where it stands in the code, and which tests stand for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

Part = Literal[
    "terminal",
    "gateway",
    "adapter",
    "stamper",
    "archive",
    "relay",
    "billing",
    "checker",
    "onboarding",
    "shared",
]
"""Who checks; `shared`: several by the same code, of which the parts declare the call."""


class DoesNotApply(Exception):
    """What should be taken out is not in the code as it is declared: declare it anew."""


@dataclass(frozen=True)
class Cut:
    """Text of one file that is replaced, and so taken out."""

    file: str
    """Relative to the repository."""
    old: str
    """Stands there exactly once (behind `after`)."""
    new: str
    after: str = ""
    """Stands in the file exactly once; only what comes behind it is looked at."""

    def applied(self, text: str) -> str:
        """Return the file's text without it.

        Raises:
            DoesNotApply: an anchor is not there once, or what is left is no Python.

        """
        start = self._place(text)
        changed = text[:start] + self.new + text[start + len(self.old) :]
        try:
            compile(changed, self.file, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise DoesNotApply(f"{self.file}: what is left is no Python: {error}") from error
        return changed

    def line(self, text: str) -> int:
        """Return the number of the line where it begins.

        Raises:
            DoesNotApply: an anchor is not there once.

        """
        return text.count("\n", 0, self._place(text)) + 1

    def _place(self, text: str) -> int:
        if self.old == self.new:
            raise DoesNotApply(f"{self.file}: nothing is taken out")
        if self.after and text.count(self.after) != 1:
            raise DoesNotApply(f"{self.file}: not there once: {self.after!r}")
        begin = text.index(self.after) + len(self.after) if self.after else 0
        found = text.find(self.old, begin)
        if found < 0 or (not self.after and text.count(self.old) != 1):
            raise DoesNotApply(f"{self.file}: not there once: {self.old!r}")
        return found


@dataclass(frozen=True)
class Guard:
    """One check."""

    name: str
    """`part.check`; what `make guards ONLY=` takes."""
    design: str
    """The sentence of the design that it keeps; for §4 one of `design.CHECKS`."""
    cuts: tuple[Cut, ...]
    """All of it: where one layer is behind another, either is declared by itself."""
    tests: tuple[str, ...]
    """Node ids of pytest; the fewest that must fail without it."""

    @property
    def part(self) -> Part:
        """Who does it."""
        return cast("Part", self.name.split(".")[0])

    def where(self, root: Path) -> str:
        """Return file and line of each cut in the tree at `root`.

        Raises:
            DoesNotApply: as `Cut.line`.

        """
        lines = [f"{cut.file}:{cut.line(read(root, cut))}" for cut in self.cuts]
        return ", ".join(lines)

    def removed(self) -> str:
        """Return what is taken out, in a line."""
        cuts = [f"{_flat(cut.old)} → {_flat(cut.new) or 'nothing'}" for cut in self.cuts]
        return "; ".join(cuts)


def read(root: Path, cut: Cut) -> str:
    """Return the text of a cut's file.

    Raises:
        DoesNotApply: there is no such file.

    """
    try:
        return (root / cut.file).read_text("utf-8")
    except FileNotFoundError as error:
        raise DoesNotApply(f"{cut.file} is no longer there") from error


def never(file: str, condition: str, after: str = "") -> Cut:
    """Return the cut after which an `if` refuses nothing any more."""
    return Cut(file, f"if {condition}:", "if False:", after)


def holds(file: str, condition: str, after: str = "") -> Cut:
    """Return the cut after which a condition holds, whatever there is."""
    return Cut(file, condition, "True", after)


def gone(file: str, statement: str, after: str = "") -> Cut:
    """Return the cut after which a statement does nothing."""
    return Cut(file, statement, "pass", after)


def named(guards: Iterable[Guard]) -> dict[str, Guard]:
    """Return guards by their names.

    Raises:
        ValueError: a name is there twice.

    """
    found: dict[str, Guard] = {}
    for guard in guards:
        if guard.name in found:
            raise ValueError(f"two guards are called {guard.name}")
        found[guard.name] = guard
    return found


def _flat(text: str) -> str:
    return " ".join(text.split())

"""A copy of the tracked files, in which guards are taken out; never the tree itself."""

import compileall
import os
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from shutil import copy2

from proofs.guards.guard import Cut, read

SHARED = "card-keys"
"""A folder in `var`: RSA keys of cards take long to make, and say nothing about the code."""


@dataclass(frozen=True)
class Tree:
    """A copy whose code is what runs."""

    root: Path
    original: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of processes that run the copy's code.

        The interpreter and its libraries are those of the original's `.venv`; ours are found in
        the copy first. `verdict` holds afterwards that nothing of ours came from elsewhere.
        """
        sources = os.pathsep.join(str(folder) for folder in self.sources())
        return os.environ | {"PYTHONPATH": sources, "PYTHONDONTWRITEBYTECODE": "1"} | more

    def sources(self) -> list[Path]:
        """Return the folders of the members' packages."""
        found = [path for path in self.root.rglob("src") if path.is_dir()]
        return sorted(path for path in found if (path.parent / "pyproject.toml").exists())

    @contextmanager
    def without(self, cuts: Sequence[Cut]) -> Generator[None]:
        """Take something out of the copy until the end.

        Raises:
            DoesNotApply: it is not there as declared.

        """
        before: dict[Path, str] = {}
        try:
            for cut in cuts:
                path, text = self.root / cut.file, read(self.root, cut)
                before.setdefault(path, text)
                path.write_text(cut.applied(text), "utf-8")
            yield
        finally:
            for path, text in before.items():
                path.write_text(text, "utf-8")


def copied(original: Path, folder: Path) -> Tree:
    """Copy the tracked files, as they are at present, to an empty folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 (whatever git is installed)
        cwd=original,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        source, target = original / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            copy2(source, target)
    keys = original / "var" / SHARED
    if keys.is_dir():
        (folder / "var").mkdir(exist_ok=True)
        for key in keys.iterdir():
            target = folder / "var" / SHARED / key.name
            target.parent.mkdir(exist_ok=True)
            copy2(key, target)
    tree = Tree(folder, original)
    _compile(tree)
    return tree


def _compile(tree: Tree) -> None:
    """Compile all, to be used only where the source is still the same: each run starts sooner."""
    checked = PycInvalidationMode.CHECKED_HASH
    for folder in tree.sources():
        compileall.compile_dir(folder, quiet=2, invalidation_mode=checked)

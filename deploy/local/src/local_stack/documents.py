"""Documents in `docs` that programs write: made anew, or compared with what they would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console


@dataclass(frozen=True)
class Documents:
    """Texts by their paths inside a folder, and the command that writes them."""

    folder: Path
    texts: Mapping[str, str]
    command: str

    def write(self) -> None:
        """Write the files anew."""
        for name, text in self.texts.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    def stale(self) -> list[str]:
        """Return the names of files that are not as the program tells."""
        return [name for name, text in self.texts.items() if _text(self.folder / name) != text]

    def run(self, console: Console, *, check: bool) -> int:
        """Write the files, or with `check` compare them; return the exit code."""
        if not check:
            self.write()
            return 0
        stale = self.stale()
        for name in stale:
            console.print(f"{name} is not what the program tells: run {self.command}")
        return 1 if stale else 0


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None

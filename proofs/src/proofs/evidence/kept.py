"""Reports as they are kept beside the code: each with the commit and the day it was made on."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, JsonValue

from proofs.soak.ledger import Entry, read

SOAK = "soak.jsonl"


class TreeIsChanged(ValueError):
    """Something is not committed, so no commit says what was proven."""


class Kept(BaseModel):
    """One report."""

    model_config = ConfigDict(frozen=True)

    commit: str
    day: str
    """Of the run, in UTC."""
    report: JsonValue

    @classmethod
    def made_now(cls, path: Path) -> Self:
        """Return the report that a command just wrote.

        Raises:
            OSError, ValueError: it cannot be read.

        """
        day = datetime.now(UTC).date().isoformat()
        return cls(commit=commit_of(), day=day, report=json.loads(path.read_bytes()))

    def write(self, path: Path) -> None:
        """Keep it, in a form of which versions can be compared line by line."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.model_dump(), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", "utf-8")


def read_kept(folder: Path) -> dict[str, Any]:
    """Return the reports that are kept in a folder, by the name of their proof."""
    found = {path.stem: path for path in sorted(folder.glob("*.json"))}
    return {name: Kept.model_validate_json(path.read_bytes()) for name, path in found.items()}


def add_runs(ledger: Path, folder: Path) -> list[Entry]:
    """Add the runs of a soak's ledger to those that are kept, each once; return all."""
    kept = read(folder / SOAK)
    known = {entry.model_dump_json() for entry in kept}
    fresh = [entry for entry in read(ledger) if entry.model_dump_json() not in known]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / SOAK).open("a", encoding="utf-8") as file:
        file.writelines(entry.model_dump_json() + "\n" for entry in fresh)
    return [*kept, *fresh]


def commit_of() -> str:
    """Return the commit whose code runs.

    Raises:
        TreeIsChanged: the tree differs from it.

    """
    if _git("status", "--porcelain", "--untracked-files=no", "--", ":!docs/evidence"):
        raise TreeIsChanged("commit your changes first: evidence names the code it is about")
    return _git("rev-parse", "--short=12", "HEAD")


def _git(*arguments: str) -> str:
    made = subprocess.run(
        ["git", *arguments],  # noqa: S607 (found on the user's path)
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.strip()

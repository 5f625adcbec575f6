"""What terminals wrote: the journal each keeps for itself, and what its machine did with hands.

Both are read line by line as they lie on the disk, without the terminal's own code.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from madoguchi_wire.encoding import sha256_hex


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal."""

    what: str
    """`document_asked`, `printing`, `report_written`, `report_answered`, `tray_in_doubt` …"""
    issuance: str | None = None
    sequence: int | None = None
    """Of a report."""
    event: str | None = None
    token: str | None = None
    """SHA-256 of the signed report."""
    refused: str | None = None
    """The problem by which the gateway refused the report for good."""
    go: bool | None = None
    """The gateway's answer to the report; journals kept it not from the beginning."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that the machine did."""

    what: str
    """`inserted`, `refunded`, `printed`, `jammed`, `collected` …"""
    issuance: str | None
    """None for what was done to the machine itself."""
    yen: int = 0
    sha256: str | None = None
    """Of the document that was printed."""
    at: datetime | None = None
    """By the terminal's clock; logs had it not from the beginning."""


@dataclass(frozen=True)
class TerminalRecord:
    """One terminal."""

    terminal: str
    journal: tuple[JournalEntry, ...]
    happenings: tuple[Happening, ...]
    unreadable: int
    """Lines of either that cannot be read; what a power cut left of a last one is none."""
    has_machine_log: bool


def read_terminals(folder: Path) -> dict[str, TerminalRecord]:
    """Return all terminals that have a journal, by name; `folder` has a folder for each.

    Raises:
        OSError: one cannot be read.

    """
    journals = sorted(folder.glob("*/journal.jsonl"))
    return {path.parent.name: _record(path.parent) for path in journals}


def _record(folder: Path) -> TerminalRecord:
    faults: list[int] = []
    journal = tuple(map(_entry, _lines(folder / "journal.jsonl", faults)))
    happenings = tuple(map(_happening, _lines(folder / "machine.jsonl", faults)))
    has_log = (folder / "machine.jsonl").exists()
    return TerminalRecord(folder.name, journal, happenings, len(faults), has_log)


def _lines(path: Path, faults: list[int]) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                yield json.loads(line)
            except ValueError:
                faults.append(number)


def _entry(line: dict[str, Any]) -> JournalEntry:
    token = line.get("token")
    return JournalEntry(
        what=str(line.get("entry")),
        issuance=line.get("issuance"),
        sequence=line.get("sequence"),
        event=line.get("event"),
        token=sha256_hex(token.encode()) if token is not None else None,
        refused=line.get("refused"),
        go=line.get("go"),
    )


def _happening(line: dict[str, Any]) -> Happening:
    return Happening(
        what=str(line.get("what")),
        issuance=line.get("issuance"),
        yen=int(line.get("yen", 0)),
        sha256=line.get("sha256"),
        at=datetime.fromisoformat(line["at"]) if "at" in line else None,
    )

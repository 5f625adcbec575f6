"""The simulated machine: money slot, printer, tray and coin box, which outlive a power cut."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from madoguchi_wire.clock import Clock
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.reports import Money

Happening = Literal[
    "inserted", "refunded", "printed", "jammed", "taken", "cleared", "collected", "refilled"
]


@dataclass
class Faults:
    """What shall go wrong with the machine or its user."""

    cardholder_gives_up: bool = False
    """The fee is never inserted."""
    printer_fails: bool = False
    refund_fails: bool = False
    """The coin changer is stuck: the money stays in the machine."""


@dataclass
class Machine:
    """Physical facts, kept apart from the terminal's journal so that tests can compare both.

    With a folder they are written to `machine.jsonl`, and papers to `papers/{issuance}.pdf`.
    """

    folder: Path | None = None
    faults: Faults = field(default_factory=Faults)
    inserted: dict[str, int] = field(default_factory=dict[str, int])
    """Yen put in, by issuance."""
    refunded: dict[str, int] = field(default_factory=dict[str, int])
    """Yen handed back, by issuance."""
    papers: dict[str, str] = field(default_factory=dict[str, str])
    """SHA-256 of each document that was printed, by issuance."""
    collected: int = 0
    """Yen that the staff have taken out."""
    collections: dict[int, int] = field(default_factory=dict[int, int])
    """Yen of each time they did."""
    tray: list[str] = field(default_factory=list[str])
    """Issuances whose paper lies in the tray."""
    clock: Clock | None = None
    """With it the log says when."""

    def __post_init__(self) -> None:
        if self.folder is not None and self._log.exists():
            for line in self._log.read_text().splitlines():
                happening: dict[str, Any] = json.loads(line)
                self._happened(**happening)

    def take(self, issuance: str, yen: int) -> bool:
        """Take coins for a paper; tell whether all of them came."""
        if self.faults.cardholder_gives_up:
            return False
        self._note("inserted", issuance, yen=yen)
        return True

    def refund(self, issuance: str) -> Money:
        """Hand back what was inserted for a paper, once, however often it is asked."""
        if issuance not in self.inserted:
            return Money.NOT_TAKEN
        if issuance not in self.refunded:
            if self.faults.refund_fails:
                return Money.KEPT
            self._note("refunded", issuance, yen=self.inserted[issuance])
        return Money.REFUNDED

    def print(self, issuance: str, document: bytes) -> bool:
        """Print a paper; tell whether every page lies in the tray."""
        if self.faults.printer_fails:
            self._note("jammed", issuance)
            return False
        if self.folder is not None:
            self.paper_path(issuance).parent.mkdir(parents=True, exist_ok=True)
            self.paper_path(issuance).write_bytes(document)
        self._note("printed", issuance, sha256=sha256_hex(document))
        return True

    def taken(self, issuance: str) -> None:
        """Note that somebody took a paper out of the tray."""
        self._note("taken", issuance)

    def clear_tray(self) -> None:
        """Take everything out of the tray: the staff do."""
        for issuance in list(self.tray):
            self._note("cleared", issuance)

    def paper_path(self, issuance: str) -> Path:
        """Return where the printed paper is kept.

        Raises:
            ValueError: a machine without a folder keeps none.

        """
        if self.folder is None:
            raise ValueError("This machine keeps no papers.")
        return self.folder / "papers" / f"{issuance}.pdf"

    def cash(self) -> int:
        """Count the coins in the machine, in yen."""
        return sum(self.inserted.values()) - sum(self.refunded.values()) - self.collected

    def collect(self, collection: int) -> int:
        """Take all coins out, once for each collection, however often it is asked; return yen."""
        if collection not in self.collections:
            self._note("collected", None, yen=self.cash(), collection=collection)
        return self.collections[collection]

    def refill(self, sheets: int) -> None:
        """Put paper in; it never runs out here, but who filled it how far is a record."""
        self._note("refilled", None, sheets=sheets)

    @property
    def _log(self) -> Path:
        return (self.folder or Path()) / "machine.jsonl"

    def _note(self, what: Happening, issuance: str | None, **facts: str | int) -> None:
        if self.folder is not None:
            if self.clock is not None:
                facts["at"] = self.clock.now().isoformat()
            line = json.dumps({"what": what, "issuance": issuance, **facts}) + "\n"
            descriptor = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line.encode())
            finally:
                os.close(descriptor)
        self._happened(what, issuance, **facts)

    def _happened(self, what: Happening, issuance: str | None, **facts: Any) -> None:  # noqa: ANN401 (JSON)
        if issuance is None:
            self.collected += facts.get("yen", 0)
            if "collection" in facts:
                self.collections[facts["collection"]] = facts["yen"]
            return
        match what:
            case "inserted":
                self.inserted[issuance] = facts["yen"]
            case "refunded":
                self.refunded[issuance] = facts["yen"]
            case "printed":
                self.papers[issuance] = facts["sha256"]
                self.tray.append(issuance)
            case "taken" | "cleared":
                self.tray.remove(issuance)
            case _:
                pass

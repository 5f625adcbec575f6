"""What a terminal remembers: the sum of its journal, the same before and after a restart."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from store_terminal_sim.core import entries
from store_terminal_sim.core.entries import Entry


class Step(IntEnum):
    """How far a paper has come, as far as the journal knows."""

    DOCUMENT_ASKED = 1
    MONEY_ASKED = 2
    MONEY_TAKEN = 3
    PRINTING = 4
    PRINTED = 5


@dataclass
class Paper:
    """An issuance whose end is not written yet."""

    step: Step
    pages: int = 0


ENDING_EVENTS = frozenset({"completed", "voided"})


@dataclass
class Memory:
    """Built by applying every entry of the journal in order."""

    trust_list_version: int = 0
    last_sequence: int = 0
    papers: dict[str, Paper] = field(default_factory=dict[str, Paper])
    """Papers that have not ended, by issuance."""
    unanswered: dict[int, entries.ReportWritten] = field(
        default_factory=dict[int, entries.ReportWritten]
    )
    """Reports that the gateway may not have, by sequence number."""
    tray_in_doubt: bool = False

    @classmethod
    def of(cls, journal: Iterable[Entry]) -> "Memory":
        """Return what the journal amounts to."""
        memory = cls()
        for entry in journal:
            memory.apply(entry)
        return memory

    def apply(self, entry: Entry) -> None:
        """Take one more entry into account."""
        match entry:
            case entries.TrustListSeen():
                self.trust_list_version = max(self.trust_list_version, entry.version)
            case entries.ReportWritten():
                self._report_written(entry)
            case entries.ReportAnswered():
                self.unanswered.pop(entry.sequence, None)
            case entries.TrayInDoubt():
                self.tray_in_doubt = True
            case entries.TrayAcknowledged():
                self.tray_in_doubt = False
            case _:
                self._paper_went_on(entry)

    def _report_written(self, entry: entries.ReportWritten) -> None:
        self.last_sequence = max(self.last_sequence, entry.sequence)
        self.unanswered[entry.sequence] = entry
        if entry.issuance is not None and entry.event in ENDING_EVENTS:
            self.papers.pop(entry.issuance, None)

    def _paper_went_on(
        self,
        entry: entries.DocumentAsked
        | entries.MoneyAsked
        | entries.MoneyTaken
        | entries.Printing
        | entries.Printed,
    ) -> None:
        match entry:
            case entries.DocumentAsked():
                self.papers[entry.issuance] = Paper(Step.DOCUMENT_ASKED)
            case entries.MoneyAsked():
                self.papers[entry.issuance].step = Step.MONEY_ASKED
            case entries.MoneyTaken():
                self.papers[entry.issuance].step = Step.MONEY_TAKEN
            case entries.Printing():
                self.papers[entry.issuance].step = Step.PRINTING
            case entries.Printed():
                self.papers[entry.issuance] = Paper(Step.PRINTED, entry.pages)

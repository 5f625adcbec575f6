"""What a terminal remembers: the sum of its journal, the same before and after a restart."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from store_terminal_sim.core import entries
from store_terminal_sim.core.entries import Entry

ENDING_EVENTS = frozenset({"completed", "voided"})


@dataclass
class Memory:
    """Built by applying every entry of the journal in order."""

    trust_list_version: int = 0
    last_sequence: int = 0
    papers: dict[str, bool] = field(default_factory=dict[str, bool])
    """Issuances whose end is not written, each with whether the printer may have started."""
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
            case entries.DocumentAsked():
                self.papers[entry.issuance] = False
            case entries.Printing():
                self.papers[entry.issuance] = True
            case entries.ReportWritten():
                self._report_written(entry)
            case entries.ReportAnswered():
                self.unanswered.pop(entry.sequence, None)
            case entries.TrayInDoubt():
                self.tray_in_doubt = True
            case entries.TrayAcknowledged():
                self.tray_in_doubt = False

    def _report_written(self, entry: entries.ReportWritten) -> None:
        self.last_sequence = max(self.last_sequence, entry.sequence)
        self.unanswered[entry.sequence] = entry
        if entry.issuance is not None and entry.event in ENDING_EVENTS:
            self.papers.pop(entry.issuance, None)

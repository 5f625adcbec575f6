"""What a terminal remembers: the sum of its journal, the same before and after a restart."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from store_terminal_sim.core import entries
from store_terminal_sim.core.entries import Entry, TrayDoubt

ENDING_EVENTS = frozenset({"completed", "voided"})
COLLECTED = "cash_collected"


@dataclass
class Memory:
    """Built by applying every entry of the journal in order."""

    trust_list_version: int = 0
    last_sequence: int = 0
    papers: dict[str, None] = field(default_factory=dict[str, None])
    """Issuances whose end is not written, in the order in which their documents were asked for."""
    unanswered: dict[int, entries.ReportWritten] = field(
        default_factory=dict[int, entries.ReportWritten]
    )
    """Reports that the gateway may not have, by sequence number."""
    printed: set[str] = field(default_factory=set[str])
    """Issuances whose paper the printer may have put into the tray, ever."""
    not_handed_over: bool = False
    """Whether the last of them may still lie there."""
    tray_in_doubt: TrayDoubt | None = None
    collecting: int | None = None
    """The collection of coins that was begun and has no report yet."""

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
                self.papers[entry.issuance] = None
            case entries.Printing():
                self.printed.add(entry.issuance)
                self.not_handed_over = True
            case entries.HandedOver():
                self.not_handed_over = False
            case entries.CollectingCash():
                self.collecting = entry.collection
            case entries.ReportWritten():
                self._report_written(entry)
            case entries.ReportAnswered():
                self.unanswered.pop(entry.sequence, None)
            case entries.TrayInDoubt():
                self._tray_in_doubt(entry.doubt)
            case entries.TrayAcknowledged():
                self.tray_in_doubt, self.not_handed_over = None, False

    def _tray_in_doubt(self, doubt: TrayDoubt) -> None:
        # Whatever happens next, what somebody said is not theirs stays evidence.
        if self.tray_in_doubt != "not_mine":
            self.tray_in_doubt = doubt

    def _report_written(self, entry: entries.ReportWritten) -> None:
        self.last_sequence = max(self.last_sequence, entry.sequence)
        self.unanswered[entry.sequence] = entry
        if entry.event == COLLECTED:
            self.collecting = None
        if entry.issuance is not None and entry.event in ENDING_EVENTS:
            self.papers.pop(entry.issuance, None)

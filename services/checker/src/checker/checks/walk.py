"""One terminal's journal, walked from its first line to its last."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from checker.evidence.terminals import JournalEntry, TerminalRecord
from checker.fault import Fault, FaultName

_ENDS = frozenset({"completed", "voided"})


@dataclass
class PaperWalk:
    """What the journal tells about one issuance."""

    asked: bool = False
    paid: int | None = None
    """Number of the report *paid*."""
    printings: int = 0
    doubted: bool = False
    """Power failed while it may have been printing: it may lie in the tray."""
    end: str | None = None


@dataclass
class Walk:
    """Applies one entry after the other and names what does not follow."""

    terminal: str
    papers: dict[str, PaperWalk] = field(default_factory=dict[str, PaperWalk])
    _last: int = 0
    _goes: dict[int, bool] = field(default_factory=dict[int, bool])
    """Whether the answer to a report was a go."""
    _tells_go: bool = False
    _tray_in_doubt: bool = False

    @classmethod
    def of(cls, record: TerminalRecord) -> tuple["Walk", list[Fault]]:
        """Walk a whole journal; return what it tells and what is wrong with it."""
        walk = cls(record.terminal)
        faults = [fault for entry in record.journal for fault in walk.apply(entry)]
        return walk, faults + list(walk.left())

    def apply(self, entry: JournalEntry) -> Iterator[Fault]:
        """Take one more entry into account."""
        match entry.what:
            case "document_asked":
                yield from self._asked(entry.issuance or "")
            case "report_written":
                yield from self._written(entry)
            case "report_answered":
                self._answered(entry)
            case "printing":
                yield from self._printing(entry.issuance or "")
            case "tray_in_doubt":
                self._tray_in_doubt = True
                for paper in self.papers.values():
                    paper.doubted |= paper.printings > 0 and paper.end is None
            case "tray_acknowledged":
                self._tray_in_doubt = False
            case _:
                pass

    def left(self) -> Iterator[Fault]:
        """Find papers that the journal does not end."""
        for issuance, paper in self.papers.items():
            if paper.asked and paper.end is None:
                what = f"{self.terminal} wrote no end of it"
                yield Fault(name=FaultName.JOURNAL_OPEN, where=issuance, what=what)

    def _paper(self, issuance: str) -> PaperWalk:
        return self.papers.setdefault(issuance, PaperWalk())

    def _asked(self, issuance: str) -> Iterator[Fault]:
        if self._tray_in_doubt:
            what = "it was begun while a paper may have lain in the tray"
            yield Fault(name=FaultName.TRAY_NOT_CLEARED, where=issuance, what=what)
        if self._paper(issuance).asked:
            yield _disorder(issuance, "its document was asked for twice")
        self._paper(issuance).asked = True

    def _written(self, entry: JournalEntry) -> Iterator[Fault]:
        number = entry.sequence or 0
        if number != self._last + 1:
            what = f"report {number} follows report {self._last}"
            yield _disorder(self.terminal, what)
        self._last = max(self._last, number)
        if entry.issuance is None:
            return
        paper = self._paper(entry.issuance)
        if entry.event == "paid":
            if paper.paid is not None or paper.end is not None:
                yield _disorder(entry.issuance, "paid was reported twice, or after the end")
            paper.paid = number
        elif entry.event in _ENDS:
            yield from self._ended(entry.issuance, paper, entry.event or "")

    def _ended(self, issuance: str, paper: PaperWalk, event: str) -> Iterator[Fault]:
        if paper.end is not None:
            yield _disorder(issuance, f"{event} was reported after {paper.end}")
        if event == "completed" and paper.printings == 0:
            yield _disorder(issuance, "completed was reported and nothing was printed")
        paper.end = event

    def _answered(self, entry: JournalEntry) -> None:
        self._tells_go |= entry.go is not None
        # In a journal from before it kept the go, any answer counts that does not refuse.
        go = entry.go if self._tells_go else entry.refused is None
        self._goes[entry.sequence or 0] = bool(go) and entry.refused is None

    def _printing(self, issuance: str) -> Iterator[Fault]:
        paper = self._paper(issuance)
        if paper.end is not None:
            what = f"printing began after {paper.end}"
            yield Fault(name=FaultName.PRINTED_AFTER_END, where=issuance, what=what)
        if paper.printings > 0:
            what = "printing began twice"
            yield Fault(name=FaultName.PRINTED_TWICE, where=issuance, what=what)
        if paper.paid is None or not self._goes.get(paper.paid, False):
            what = "printing began before the gateway had answered paid with its go"
            yield Fault(name=FaultName.PRINTED_WITHOUT_GO, where=issuance, what=what)
        paper.printings += 1


def _disorder(where: str, what: str) -> Fault:
    return Fault(name=FaultName.JOURNAL_OUT_OF_ORDER, where=where, what=what)

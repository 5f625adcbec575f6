"""The terminal's own core, played through with every answer that the world can give.

A flow of `store_terminal_sim.core` is run again and again, each time with another row of answers;
what it asks for next, and what its journal holds then, becomes a graph of steps. The graph is the
code: nothing of the terminal's behaviour is written a second time here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from madoguchi_wire.gateway_api import OrderedIssuance, ReportAnswer, SendReport
from madoguchi_wire.order import SealRegistrationOptions
from madoguchi_wire.reports import Money, ReportBody, TerminalReport
from madoguchi_wire.sealing import SealingSuite
from madoguchi_wire.signed import unverified_payload
from store_terminal_sim.core import effects
from store_terminal_sim.core.effects import Effect, Flow, HttpResponse, NoAnswer
from store_terminal_sim.core.entries import Entry, ReportWritten
from store_terminal_sim.core.memory import Memory
from store_terminal_sim.core.ordering import Choice, PlacedOrder, place_order
from store_terminal_sim.core.paper import PaperRequest, issue_paper
from store_terminal_sim.core.problems import TrayNotCleared
from store_terminal_sim.core.recovery import clear_tray, recover
from store_terminal_sim.core.session import OpenedSession, open_session
from store_terminal_sim.core.staff import report_not_mine
from store_terminal_sim.core.terminal import HeldToken, HeldTrustList, Terminal
from store_terminal_sim.core.trust import current_trust_list
from store_terminal_sim.testing.honest_gateway import problem
from store_terminal_sim.testing.world import ICHIKAWA, START, World, new_world

from proofs.model.breakages import Breakage

Answer = Literal[
    "done", "document", "other", "expired", "refused", "silent", "go", "kept",
    "paid", "gave up", "not_taken", "refunded", "money_kept", "printed", "jammed",
    "cleared", "not cleared", "mine", "not mine",
]  # fmt: skip
Name = Literal["paper", "start", "not mine"]
Asked = Literal["write", "fetch", "report", "money", "refund", "print", "hand", "tray", "end"]

PRICE = 250
_MONEY: dict[Answer, Money] = {
    "not_taken": Money.NOT_TAKEN,
    "refunded": Money.REFUNDED,
    "money_kept": Money.KEPT,
}


@dataclass(frozen=True, eq=False)
class Report:
    """One report of a terminal; there is one object for each number, paper and body."""

    sequence: int
    paper: int
    body: ReportBody

    def __repr__(self) -> str:
        return f"#{self.sequence} {self.body.event}"


class Journal(NamedTuple):
    """What a journal amounts to: all that a terminal knows after a restart."""

    last: int = 0
    """Number of the last report."""
    papers: tuple[int, ...] = ()
    """Papers without an end."""
    unanswered: tuple[Report, ...] = ()
    printed: frozenset[int] = frozenset()
    """Papers whose printing may have begun."""
    not_handed_over: bool = False
    tray: str | None = None
    """Why a paper may lie in the tray."""

    @property
    def is_open(self) -> bool:
        """Tell whether a start would have something to do."""
        return bool(self.papers or self.unanswered or self.tray or self.not_handed_over)


@dataclass(frozen=True, eq=False)
class Step:
    """What the terminal asks for next, and where each answer leads."""

    asked: Asked
    what: str
    """For whoever reads a trace."""
    paper: int | None
    report: Report | None
    journal: Journal
    """What it knows here."""
    after_a_cut: tuple[Journal, ...]
    """What may be left if power goes here, before anything is done about this step."""
    ways: dict[Answer, "Step"]


@dataclass(frozen=True)
class _Seen:
    asked: Asked
    what: str
    paper: int | None
    report: Report | None
    journal: Journal
    after_a_cut: tuple[Journal, ...]
    answers: tuple[Answer, ...]


@dataclass
class _Script:
    """What a terminal was given by its session and order, once for all runs."""

    world: World
    session: OpenedSession
    order: PlacedOrder
    trust: HeldTrustList
    papers: list[OrderedIssuance]

    @classmethod
    def made(cls, copies: int, price: int) -> "_Script":
        world = new_world()
        world.gateway.price = price
        terminal, driver = world.switched_on(), world.driver()
        trust = driver.run(current_trust_list(terminal, START + timedelta(seconds=30)))
        session = driver.run(open_session(terminal, ICHIKAWA, SealingSuite.X25519))
        offer = session.menu.offers[0]
        choice = Choice(SealRegistrationOptions(), copies, offer.tariff_version, offer.price)
        order = driver.run(place_order(terminal, session, choice))
        return cls(world, session, order, trust, list(order.answer.issuances))

    def index(self, issuance: str | None) -> int | None:
        """Return the number of a paper from its issuance id."""
        for number, issued in enumerate(self.papers):
            if str(issued.issuance) == issuance:
                return number
        return None


@dataclass
class Recorder:
    """Plays flows of the core from a journal and returns the graph of their steps."""

    papers: int = 1
    price: int = PRICE
    broken: frozenset[Breakage] = frozenset()
    _script: _Script = field(init=False)
    _entries: dict[Journal, list[Entry]] = field(init=False)
    _reports: dict[tuple[int, int, ReportBody], Report] = field(init=False)
    _tokens: dict[str, Report] = field(init=False)
    _steps: dict[tuple[Any, ...], Step] = field(init=False)
    _recorded: dict[tuple[Name, int | None, Journal], Step] = field(init=False)

    def __post_init__(self) -> None:
        self._script = _Script.made(max(2, self.papers), self.price)
        self._entries = {Journal(): []}
        self._reports, self._tokens, self._steps, self._recorded = {}, {}, {}, {}

    def record(self, name: Name, paper: int | None, journal: Journal) -> Step:
        """Return the first step of a flow that starts with this journal."""
        key = (name, paper, journal)
        if key not in self._recorded:
            self._recorded[key] = self._tree(key, ())
        return self._recorded[key]

    def report(self, sequence: int, paper: int, body: ReportBody) -> Report:
        """Return the one object for a report."""
        return self._reports.setdefault((sequence, paper, body), Report(sequence, paper, body))

    def _tree(
        self,
        key: tuple[Name, int | None, Journal],
        prefix: tuple[Answer, ...],
        path: Sequence[_Seen] | None = None,
    ) -> Step:
        path = path or self._run(key, prefix)
        seen, ways = path[len(prefix)], dict[Answer, Step]()
        for number, answer in enumerate(seen.answers):
            again = path if number == 0 else None
            ways[answer] = self._tree(key, (*prefix, answer), again)
        return self._interned(seen, ways)

    def _interned(self, seen: _Seen, ways: dict[Answer, Step]) -> Step:
        # Flows that would go on alike are one: it keeps the graph small.
        facts = (seen.asked, seen.what, seen.paper, seen.report, seen.journal, seen.after_a_cut)
        key = (*facts, tuple((answer, id(step)) for answer, step in ways.items()))
        return self._steps.setdefault(key, Step(*facts, ways))

    def _run(
        self, key: tuple[Name, int | None, Journal], prefix: tuple[Answer, ...]
    ) -> list[_Seen]:
        """Play a flow with these answers, then with the first of all that fit, to its end."""
        name, paper, journal = key
        terminal, run = self._switched_on(journal), _Run(self, list(self._entries[journal]))
        flow = self._flow(name, paper, terminal)
        given: Any = None
        thrown: Exception | None = None
        while True:
            try:
                effect = flow.throw(thrown) if thrown else flow.send(given)
            except (StopIteration, TrayNotCleared) as end:
                what = "returned" if isinstance(end, StopIteration) else "ended early"
                run.seen.append(_Seen("end", what, None, None, *run.known(), ()))
                return run.seen
            given, thrown = None, None
            if isinstance(effect, effects.Wait):
                self._script.world.clock.advance(timedelta(seconds=effect.seconds))
            elif not isinstance(effect, effects.Show):
                seen = self._look(effect, run)
                chosen = prefix[len(run.seen)] if len(run.seen) < len(prefix) else seen.answers[0]
                run.seen.append(seen)
                given = self._answer(effect, seen, chosen, run)

    def _switched_on(self, journal: Journal) -> Terminal:
        world = self._script.world
        world.clock.moment = START + timedelta(seconds=1)
        world.journal.entries = list(self._entries[journal])
        terminal = world.switched_on()
        terminal.token = HeldToken("t", START + timedelta(days=1))
        terminal.trust = self._script.trust
        return terminal

    def _flow(self, name: Name, paper: int | None, terminal: Terminal) -> Flow[Any]:
        script = self._script
        if name == "start":
            return self._start(terminal)
        if name == "not mine":
            return report_not_mine(terminal, str(script.papers[paper or 0].issuance))
        issued = script.papers[paper or 0]
        request = PaperRequest(issued, script.order, script.session, script.trust)
        return issue_paper(terminal, request)

    def _start(self, terminal: Terminal) -> Flow[None]:
        yield from recover(terminal)
        if Breakage.TRAY_IS_NOT_ASKED_ABOUT not in self.broken:
            yield from clear_tray(terminal)

    def _look(self, effect: Effect, run: "_Run") -> _Seen:
        asked, what, paper, report, answers = self._asked(effect)
        return _Seen(asked, what, paper, report, *run.known(), answers)

    def _asked(
        self, effect: Effect
    ) -> tuple[Asked, str, int | None, Report | None, tuple[Answer, ...]]:
        match effect:
            case effects.Write(entry=entry):
                about = getattr(entry, "issuance", None)
                return "write", self._entry(entry), self._script.index(about), None, ("done",)
            case effects.HttpRequest(url=url, body=body):
                return self._request(url, body)
            case effects.TakeMoney(issuance=issuance):
                number = self._script.index(issuance)
                return "money", "asks for the fee", number, None, ("paid", "gave up")
            case effects.Refund(issuance=issuance):
                number = self._script.index(issuance)
                return "refund", "hands back what it holds", number, None, tuple(_MONEY)
            case effects.Print(issuance=issuance):
                number = self._script.index(issuance)
                return "print", "prints", number, None, ("printed", "jammed")
            case effects.HandOver(issuance=issuance):
                number = self._script.index(issuance)
                return "hand", "hands the paper over", number, None, ("mine", "not mine")
            case effects.AcknowledgeTray():
                return "tray", "waits for the tray", None, None, ("cleared", "not cleared")
            case _:
                raise AssertionError(f"the model does not know this step: {effect}")

    def _request(
        self, url: str, body: bytes
    ) -> tuple[Asked, str, int | None, Report | None, tuple[Answer, ...]]:
        if url.endswith("/document"):
            paper = self._script.index(url.split("/")[-2])
            answers: tuple[Answer, ...] = ("document", "other", "expired", "refused", "silent")
            return "fetch", "asks for the document", paper, None, answers
        report = self._report_of(SendReport.model_validate_json(body).report)
        first: tuple[Answer, ...] = ("go", "kept") if report.body.event == "paid" else ("kept",)
        return "report", f"sends {report}", report.paper, report, (*first, "silent", "refused")

    def _entry(self, entry: Entry) -> str:
        if isinstance(entry, ReportWritten):
            return f"writes {self._report_of(entry.token)}"
        return f"writes {entry.entry}"

    def _report_of(self, token: str) -> Report:
        if token not in self._tokens:
            said = TerminalReport.parsed(unverified_payload(token))
            paper = self._script.index(said.issuance)
            self._tokens[token] = self.report(said.sequence, paper or 0, said.body)
        return self._tokens[token]

    def _answer(self, effect: Effect, seen: _Seen, chosen: Answer, run: "_Run") -> Any:  # noqa: ANN401 (each effect names its answer)
        script = self._script
        if Breakage.PRINTS_WITHOUT_GO in self.broken and "go" in seen.answers:
            chosen = "go"
        if isinstance(effect, effects.Write):
            run.write(effect.entry, durable=effect.durable)
            return None
        if chosen in _MONEY:
            return _MONEY[chosen]
        if chosen == "silent":
            script.world.clock.advance(timedelta(seconds=30))
            return NoAnswer()
        if chosen == "refused":
            return problem("report-sequence-reused", 409)
        if seen.asked == "fetch":
            return self._document(seen, chosen)
        if seen.asked == "report":
            return self._told(seen, chosen)
        return chosen in {"paid", "printed", "cleared", "mine"}

    def _document(self, seen: _Seen, chosen: Answer) -> HttpResponse:
        script = self._script
        own, all_papers = script.papers[seen.paper or 0], script.papers
        issued = own
        if chosen == "other" and Breakage.TERMINAL_COMPARES_NOTHING not in self.broken:
            issued = next(one for one in all_papers if one is not own)
        if chosen == "expired":
            script.world.clock.advance(timedelta(minutes=11))
        attestation, ciphertext = script.world.gateway.documents[str(issued.issuance)]
        return HttpResponse(200, {"madoguchi-attestation": attestation}, ciphertext)

    def _told(self, seen: _Seen, chosen: Answer) -> HttpResponse:
        issuance = self._script.papers[seen.paper or 0].issuance
        answer = ReportAnswer(issuance=issuance, state="paid", go=chosen == "go")
        return HttpResponse(200, {}, answer.model_dump_json().encode())

    def journal_of(self, entries: list[Entry]) -> Journal:
        """Return what entries amount to, and remember them as an example of it."""
        memory = Memory.of(entries)
        journal = Journal(
            memory.last_sequence,
            tuple(self._script.index(issuance) or 0 for issuance in memory.papers),
            tuple(self._report_of(memory.unanswered[n].token) for n in sorted(memory.unanswered)),
            frozenset(self._script.index(issuance) or 0 for issuance in memory.printed),
            memory.not_handed_over,
            memory.tray_in_doubt,
        )
        self._entries.setdefault(journal, entries)
        return journal

    def keeps(self, entry: Entry) -> bool:
        """Tell whether an entry reaches the journal of a terminal broken as asked for."""
        if Breakage.REPORTS_ARE_NOT_JOURNALED in self.broken and isinstance(entry, ReportWritten):
            return False
        if Breakage.DOCUMENT_IS_NOT_JOURNALED in self.broken and entry.entry == "document_asked":
            return False
        return not (Breakage.PRINTING_IS_NOT_JOURNALED in self.broken and entry.entry == "printing")


@dataclass
class _Run:
    """One run of a flow, with its journal."""

    recorder: Recorder
    entries: list[Entry]
    seen: list[_Seen] = field(default_factory=list[_Seen])
    durable: int = field(init=False)
    """How many entries would survive a power cut for certain."""

    def __post_init__(self) -> None:
        self.durable = len(self.entries)

    def write(self, entry: Entry, *, durable: bool) -> None:
        """Append an entry; a durable one takes those before it along."""
        if not self.recorder.keeps(entry):
            return
        self.entries.append(entry)
        if durable:
            self.durable = len(self.entries)

    def known(self) -> tuple[Journal, tuple[Journal, ...]]:
        """Return what the journal amounts to, and what it may be cut to."""
        left = range(self.durable, len(self.entries) + 1)
        cut = [self.recorder.journal_of(self.entries[:length]) for length in left]
        return self.recorder.journal_of(list(self.entries)), tuple(dict.fromkeys(cut))


Play = Callable[[Name, int | None, Journal], Step]

"""What each machine did with paper and coins is what journal and books say."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from madoguchi_wire.reports import Paid

from checker.checks.hands import check_sequence
from checker.checks.life import is_completed, money_stayed
from checker.checks.reports import Cash, cash_reported, verified_reports
from checker.checks.walk import PaperWalk, Walk
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Issuance
from checker.evidence.terminals import TerminalRecord
from checker.fault import Fault, FaultName


def check_machines(evidence: Evidence) -> Iterator[Fault]:
    """Find papers and coins that journal and books do not explain."""
    issuances = {issuance.issuance_id: issuance for issuance in evidence.books.issuances}
    reports = verified_reports(evidence)
    reported = cash_reported(reports)
    paid = {one.issuance or "": one for one in reports if isinstance(one.body, Paid)}
    printed: set[str] = set()
    for record in evidence.terminals.values():
        walk, _ = Walk.of(record)
        done = _done(record)
        for where, acts in done.items():
            printed |= {where} if acts.printed else set()
            paper = walk.papers.get(where, PaperWalk())
            yield from _check_paper(where, acts, paper, issuances.get(where))
            yield from _check_money(where, acts, issuances.get(where))
        yield from check_sequence(record, paid)
        yield from _check_total(record, done, reported.get(record.terminal, Cash()))
    if evidence.terminals:
        yield from _check_trays(evidence, issuances, printed)


@dataclass
class _Acts:
    inserted: list[int] = field(default_factory=list[int])
    refunded: list[int] = field(default_factory=list[int])
    printed: list[str | None] = field(default_factory=list[str | None])
    """SHA-256 of each."""

    @property
    def yen(self) -> int:
        return sum(self.inserted) - sum(self.refunded)


def _done(record: TerminalRecord) -> dict[str, _Acts]:
    done: dict[str, _Acts] = defaultdict(_Acts)
    for happening in record.happenings:
        if happening.issuance is None:
            continue
        acts = done[happening.issuance]
        match happening.what:
            case "inserted":
                acts.inserted.append(happening.yen)
            case "refunded":
                acts.refunded.append(happening.yen)
            case "printed":
                acts.printed.append(happening.sha256)
            case _:
                pass
    return dict(done)


def _check_paper(
    where: str, acts: _Acts, paper: PaperWalk, issuance: Issuance | None
) -> Iterator[Fault]:
    if len(acts.printed) > 1:
        what = f"{len(acts.printed)} papers came out"
        yield Fault(name=FaultName.PRINTED_TWICE, where=where, what=what)
    if acts.printed and paper.printings == 0:
        yield _machine(where, "a paper came out, and the journal has no printing")
    if acts.printed and paper.end != "completed" and not paper.doubted:
        yield _machine(where, f"a paper came out, the terminal says {paper.end}, no tray in doubt")
    if paper.end == "completed" and not acts.printed:
        yield _machine(where, "the terminal says completed, and no paper came out")
    if issuance is not None and any(one != issuance.document_sha256 for one in acts.printed):
        yield _machine(where, "another document came out than the attested one")


def _check_money(where: str, acts: _Acts, issuance: Issuance | None) -> Iterator[Fault]:
    if len(acts.inserted) > 1:
        yield _money(where, "the fee was taken twice")
    if len(acts.refunded) > 1:
        yield _money(where, "the fee was handed back twice")
    if issuance is None:
        if acts.yen:
            yield _money(where, f"{acts.yen} yen stayed for an issuance that nobody knows")
        return
    if any(yen != issuance.fee for yen in acts.inserted):
        yield _money(where, "another amount was taken than the fee")
    expected = issuance.fee if money_stayed(issuance) else 0
    if acts.yen != expected:
        what = f"{acts.yen} yen stayed, {expected} should have: it is {issuance.state}"
        yield _money(where, what)


def _check_total(record: TerminalRecord, done: dict[str, _Acts], cash: Cash) -> Iterator[Fault]:
    taken = sum(one.yen for one in record.happenings if one.what == "collected")
    reported = cash.collected + cash.collected_since
    if taken != reported:
        yield _money(record.terminal, f"{taken} yen were taken out, {reported} were reported")
    total = sum(acts.yen for acts in done.values()) - cash.collected
    if cash.counted not in (None, total):
        what = f"{total} yen came in and stayed, {cash.counted} were counted"
        yield _money(record.terminal, what)


def _check_trays(
    evidence: Evidence, issuances: dict[str, Issuance], printed: set[str]
) -> Iterator[Fault]:
    for issuance in filter(is_completed, evidence.books.issuances):
        if issuance.terminal in evidence.terminals and issuance.issuance_id not in printed:
            yield _machine(issuance.issuance_id, "it is completed, and no machine printed it")
    for paper in evidence.papers:
        issuance = issuances.get(paper.issuance)
        if (
            issuance is not None
            and issuance.terminal in evidence.terminals
            and paper.issuance not in printed
        ):
            yield _machine(paper.issuance, "there is a paper that no machine printed")


def _machine(where: str, what: str) -> Fault:
    return Fault(name=FaultName.MACHINE_DIFFERS, where=where, what=what)


def _money(where: str, what: str) -> Fault:
    return Fault(name=FaultName.MONEY_DIFFERS, where=where, what=what)

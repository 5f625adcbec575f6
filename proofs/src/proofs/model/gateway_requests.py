"""The terminal's requests at the gateways: the document, and reports."""

from collections.abc import Iterator

from gateway.issuances.life import Cause, State

from proofs.model.acting import World, act, changed, free_slot, with_slot
from proofs.model.breakages import Breakage
from proofs.model.lane import Act, Kind, Lane, Row, Slot, Stops
from proofs.model.recording import Answer, Report
from proofs.model.rules import Judged
from proofs.model.settling import waits_for_answer, waits_for_document
from proofs.model.statement import Moving, NumberKept, with_row
from proofs.model.terminal_steps import answered

_HANDED_OUT = frozenset({State.DELIVERED, State.PAID})


def request_acts(world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    """Yield what gateways can do about a terminal's requests now."""
    yield from _beginning(world, lane, stops)
    for index, slot in enumerate(lane.slots):
        if slot is None or slot.work == "prepare":
            continue
        if slot.phase == "answers":
            yield from _answering(world, lane, stops, index, slot)
        elif slot.work == "fetch":
            yield from _marking(world, lane, stops, index, slot)
        else:
            yield from _reporting(world, lane, stops, index, slot)
        yield act("gateway: dies", with_slot(lane, index, None), stops, kind="fault")


def _beginning(world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    index = free_slot(lane)
    if index is None:
        return
    for number, paper in enumerate(lane.papers):
        waits = waits_for_document(lane.at, number)
        if paper.fetched and (waits or paper.row.state is State.PREPARED):
            yield from _fetching(world, lane, stops, index, number)
    for report in sorted(lane.sent, key=lambda one: (one.sequence, one.body.event)):
        kept = any(report is one for one, _ in lane.papers[report.paper].row.kept)
        if not kept or waits_for_answer(lane.at, report):
            yield from _reading(lane, stops, index, report)


def _in_hand(lane: Lane, slot: Slot) -> bool:
    """Tell whether another gateway works on the same request."""
    same = (slot.work, slot.paper, slot.report)
    return any(one and (one.work, one.paper, one.report) == same for one in lane.slots)


def _memories(stops: Stops) -> tuple[bool, ...]:
    """Return what a gateway may remember: whether it may go on. It can be old."""
    return (True, False) if stops.ever else (True,)


def _fetching(world: World, lane: Lane, stops: Stops, index: int, number: int) -> Iterator[Act]:
    row = lane.papers[number].row
    kind: Kind = "fault" if _in_hand(lane, Slot("fetch", "marks", number)) else "step"
    for memory in _memories(stops):
        slot = Slot("fetch", "answers", number, answer="refused")
        if row.state in {State.PREPARED, *_HANDED_OUT} and memory and row.sealed:
            if row.state is State.PREPARED and _given_up(row):
                slot = slot._replace(answer="refused")
            elif row.state is State.PREPARED:
                slot = slot._replace(phase="marks", answer="", seen=row.state)
            else:
                slot = slot._replace(answer=_document(lane, number))
        what = "gateway: looks for the document"
        yield act(what, with_slot(lane, index, slot), stops, kind=kind)
        if Breakage.BYTES_BEFORE_DELIVERED in world.broken and slot.phase == "marks":
            yield from _bytes_first(world, lane, stops, index, slot)


def _given_up(row: Row) -> bool:
    """Tell whether the terminal reported it void before its document was fetched."""
    return any(report.body.event == "voided" for report, _ in row.kept)


def _bytes_first(world: World, lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    if waits_for_document(lane.at, slot.paper):
        wrong = ("the document leaves without delivered",)
        out = answered(world, with_slot(lane, index, slot), stops, "document")
        yield out._replace(what="gateway: the document leaves", wrong=out.wrong + wrong)


def _document(lane: Lane, number: int) -> str:
    return "other" if lane.papers[number].row.other else "document"


def _marking(world: World, lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    number = slot.paper
    if slot.phase == "again":
        state = lane.papers[number].row.state
        answer = _document(lane, number) if state in _HANDED_OUT else "refused"
        slot = slot._replace(phase="answers", answer=answer)
        yield act("gateway: looks again", with_slot(lane, index, slot), stops)
        return
    guard = world.rules.guard(State.PREPARED, State.DELIVERED, Cause.DELIVERY)
    moving = Moving(State.PREPARED, State.DELIVERED, Cause.DELIVERY, guard, slot.fresh)
    moved = world.statement.moved(lane, number, moving, stops)
    if moved is None:
        again = with_slot(lane, index, slot._replace(phase="again", seen=None))
        yield act("gateway: may not commit delivered", again, stops)
        return
    out = slot._replace(phase="answers", answer=_document(lane, number), seen=None)
    after = with_slot(moved.lane, index, out)
    yield act("gateway: commits delivered", after, stops, moved.wrong)


def _answering(world: World, lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    freed = with_slot(lane, index, None)
    answer = slot.answer
    if slot.work == "report":
        if answer == "go":
            past = lane.papers[slot.paper].past._replace(go=True)
            freed = changed(freed, slot.paper, past=past)
        yield _told(world, freed, stops, answer)
        return
    if answer == "document":
        yield _told(world, freed, stops, "document")
        yield _told(world, freed, stops, "expired", kind="fault")
    if answer in {"document", "other"}:
        machine = lane.papers[slot.paper].machine._replace(other=True)
        other = changed(freed, slot.paper, machine=machine)
        kind: Kind = "step" if answer == "other" else "fault"
        yield _told(world, other, stops, "other", kind=kind)
    else:
        yield _told(world, freed, stops, answer)


def _told(world: World, lane: Lane, stops: Stops, answer: str, *, kind: Kind = "step") -> Act:
    given: Answer = answer  # pyright: ignore[reportAssignmentType] (slots say it as text)
    return answered(
        world, lane, stops, given, what=f"terminal: gets the answer ({answer})", kind=kind
    )


def _reading(lane: Lane, stops: Stops, index: int, report: Report) -> Iterator[Act]:
    row = lane.papers[report.paper].row
    if row.state is None:
        return
    first = Slot("report", "judges", report.paper, report, seen=row.state)
    if any(report is kept for kept, _ in row.kept):
        first = _known(row, report)
    twice = _in_hand(lane, first) or any(report is kept for kept, _ in row.kept)
    kind: Kind = "fault" if twice and not waits_for_answer(lane.at, report) else "step"
    yield act(f"gateway: reads for {report}", with_slot(lane, index, first), stops, kind=kind)


def _known(row: Row, report: Report) -> Slot:
    """Return what a gateway that has this number already makes of its row."""
    paid = report.body.event == "paid" and (report, True) in row.kept
    go = paid and row.state is State.PAID
    return Slot("report", "repeats", report.paper, report, "go" if go else "kept")


def _reporting(world: World, lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    match slot.phase:
        case "judges":
            yield from _judging(world, lane, stops, index, slot)
        case "earlier":
            yield from _completing(world, lane, stops, index, slot)
        case _:
            yield from _repeating(lane, stops, index, slot)


def _judging(world: World, lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    paid = slot.report is not None and slot.report.body.event == "paid"
    for memory in _memories(stops) if paid else (True,):
        yield from _judging_with(world, lane, stops, index, slot, memory=memory)


def _judging_with(
    world: World, lane: Lane, stops: Stops, index: int, slot: Slot, *, memory: bool
) -> Iterator[Act]:
    number, report = slot.paper, slot.report
    if report is None or slot.seen is None:
        raise AssertionError("a report is judged")
    row = lane.papers[number].row
    judged = world.rules.judged(slot.seen, report, paid=row.paid, memory=memory)
    if Breakage.GO_BEFORE_PAID in world.broken and judged.target is State.PAID:
        yield from _go_first(world, lane, stops, index, slot)
    moving = Moving(
        slot.seen,
        judged.target,
        judged.cause,
        judged.guard,
        slot.fresh,
        judged.purposes,
        judged.money if judged.target is not slot.seen else None,
        report,
    )
    try:
        moved = world.statement.moved(lane, number, moving, stops)
    except NumberKept:
        refused = slot._replace(phase="answers", answer="refused", seen=None)
        yield act("gateway: has its number", with_slot(lane, index, refused), stops)
        return
    if moved is None:
        # It looks again; that is as if it began anew.
        yield act("gateway: may not move", with_slot(lane, index, None), stops)
        return
    done = slot._replace(phase="answers", answer="kept", seen=None)
    if judged.target is State.PAID and slot.seen is not State.PAID:
        done = done._replace(answer="go")
        if row.kept:
            done = done._replace(phase="earlier")
    wrong = moved.wrong + _unseen(row.state, report, judged)
    after, stopped = _doubted(world, moved.lane, stops, slot, report)
    what = f"gateway: commits {judged.target.value} by {report}"
    yield act(what, with_slot(after, index, done), stopped, wrong)
    if judged.target is State.COMPLETED and Breakage.METERED_LATER in world.broken:
        lost = after.papers[number].row._replace(metered=False)
        yield act(f"{what}, and dies", with_row(after, number, lost), stopped, wrong, kind="fault")


def _go_first(world: World, lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    if waits_for_answer(lane.at, slot.report) and slot.seen is not State.PAID:
        wrong = ("the go is answered without paid",)
        out = answered(world, with_slot(lane, index, slot), stops, "go")
        yield out._replace(what="gateway: the go leaves", wrong=out.wrong + wrong)


def _unseen(state: State | None, report: Report, judged: Judged) -> tuple[str, ...]:
    """Tell whether a report that contradicts the end is filed where nobody looks."""
    ends = {State.COMPLETED: "voided", State.VOIDED: "completed"}
    against = state is not None and report.body.event == ends.get(state)
    return (
        ("evidence against the end is filed without an alarm",)
        if (against and not judged.alarmed)
        else ()
    )


def _doubted(
    world: World, lane: Lane, stops: Stops, slot: Slot, report: Report
) -> tuple[Lane, Stops]:
    if slot.seen is None:
        return lane, stops
    row = lane.papers[slot.paper].row
    doubt = world.rules.doubt(slot.seen, report.body, paid=row.paid, elsewhere=stops.elsewhere)
    if doubt is None:
        return lane, stops
    stopped = stops._replace(
        path=stops.path or doubt.path,
        municipality=stops.municipality or doubt.municipality,
        ever=True,
    )
    return with_row(lane, slot.paper, row._replace(acknowledged=False)), stopped


def _completing(world: World, lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    """Apply a `completed` that came before `paid`, in a transaction of its own."""
    row = lane.papers[slot.paper].row
    early = [one for one, counted in row.kept if one.body.event == "completed" and not counted]
    go = slot._replace(phase="answers", answer="go")
    if not early or row.state is not State.PAID:
        yield act("gateway: finds no earlier report", with_slot(lane, index, go), stops)
        return
    report = max(early, key=lambda one: one.sequence)
    judged = world.rules.judged(State.PAID, report, paid=True, memory=True)
    if judged.target is not State.COMPLETED:
        yield act("gateway: the earlier report does not count", with_slot(lane, index, go), stops)
        return
    moving = Moving(State.PAID, judged.target, judged.cause, judged.guard, purposes=judged.purposes)
    moved = world.statement.moved(lane, slot.paper, moving, stops)
    if moved is None:
        yield act("gateway: finds no earlier report", with_slot(lane, index, go), stops)
        return
    counted = moved.lane.papers[slot.paper].row
    kept = (counted.kept - {(report, False)}) | {(report, True)}
    after = with_row(moved.lane, slot.paper, counted._replace(kept=kept))
    done = with_slot(after, index, go._replace(answer="kept"))
    yield act("gateway: completes by an earlier report", done, stops, moved.wrong)


def _repeating(lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    """Read the stops anew, then answer: the go is repeated only while nothing is stopped."""
    if slot.answer == "go" and any(
        one.body.event == "completed" and not counted
        for one, counted in lane.papers[slot.paper].row.kept
    ):
        # Whoever applied *paid* may have died before it came to what was kept earlier.
        earlier = slot._replace(phase="earlier")
        yield act("gateway: finds it paid", with_slot(lane, index, earlier), stops)
        return
    answer = "kept" if stops.here else slot.answer
    done = slot._replace(phase="answers", answer=answer)
    yield act("gateway: reads the stops anew", with_slot(lane, index, done), stops)

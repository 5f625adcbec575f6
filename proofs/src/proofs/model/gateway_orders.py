"""An order at the gateways: accepted, leased, prepared by the adapter, compared, and held."""

from collections.abc import Iterator

from gateway.issuances.life import Cause, State, may_move

from proofs.model.acting import World, act, changed, free_slot, with_slot
from proofs.model.breakages import Breakage
from proofs.model.lane import Act, Kind, Lane, Slot, Stops
from proofs.model.statement import Moved, Moving, with_row


def order_acts(world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    """Yield what gateways can do about orders now."""
    yield from _accepting(world, lane, stops)
    yield from _resuming(lane, stops)
    for index, slot in enumerate(lane.slots):
        if slot is not None and slot.work == "prepare":
            yield from _preparing(world, lane, stops, index, slot)


def _accepting(world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    new = [n for n, one in enumerate(lane.papers) if one.ordered and one.row.state is None]
    groups = [new] if world.bounds.together and new else [[number] for number in new]
    for numbers in groups:
        yield from _accepted(world, lane, stops, numbers)


def _accepted(world: World, lane: Lane, stops: Stops, numbers: list[int]) -> Iterator[Act]:
    for number in numbers:
        row = lane.papers[number].row._replace(state=State.ACCEPTED, leased=True)
        lane = with_row(lane, number, row)
        world.used.add((None, State.ACCEPTED, Cause.ORDER))
        free = free_slot(lane)
        if free is None:
            return
        lane = _asking(lane, free, number)
    yield act("gateway: commits accepted, asks the adapter", lane, stops)


def asked_too_early(world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    """Yield the adapter being asked before anything is committed, if the order is so broken."""
    if Breakage.ASKED_BEFORE_ACCEPTED not in world.broken:
        return
    for number, paper in enumerate(lane.papers):
        if paper.ordered and paper.row.state is None and not paper.adapter.asked:
            asked = changed(lane, number, adapter=paper.adapter._replace(asked=True))
            yield act("gateway: asks the adapter before it commits", asked, stops)


def _asking(lane: Lane, index: int, number: int) -> Lane:
    adapter = lane.papers[number].adapter._replace(asked=True)
    slot = Slot("prepare", "asks", number, seen=State.ACCEPTED)
    return with_slot(changed(lane, number, adapter=adapter), index, slot)


def _resuming(lane: Lane, stops: Stops) -> Iterator[Act]:
    free = free_slot(lane)
    for number, paper in enumerate(lane.papers):
        if paper.row.state is not State.ACCEPTED:
            continue
        if paper.row.leased:
            working = any(slot and slot.work == "prepare" for slot in lane.slots)
            ran_out = with_row(lane, number, paper.row._replace(leased=False))
            kind: Kind = "time" if working else "step"
            yield act("time: the lease of the order runs out", ran_out, stops, kind=kind)
        elif free is not None:
            leased = with_row(lane, number, paper.row._replace(leased=True))
            what = "gateway: takes the lease, asks the adapter"
            yield act(what, _asking(leased, free, number), stops)


def _preparing(world: World, lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    number = slot.paper
    if slot.phase == "asks":
        yield from _asked(world, lane, stops, index, slot)
    elif slot.phase == "own" or (
        slot.phase == "other" and Breakage.ANSWERS_ARE_NOT_COMPARED in world.broken
    ):
        yield from _taken(world, lane, stops, index, slot)
    elif slot.phase in {"other", "withheld"}:
        yield from _quarantined(world, lane, stops, index, slot)
    else:
        timed_out = slot.phase == "timed out"
        target = State.EXPIRED if timed_out else State.REFUSED
        cause = Cause.DEADLINE if timed_out else Cause.ADAPTER
        guard = world.rules.guard(State.ACCEPTED, target, cause)
        moving = Moving(State.ACCEPTED, target, cause, guard, slot.fresh)
        moved = world.statement.moved(lane, number, moving, stops)
        after, wrong = (moved.lane, moved.wrong) if moved else (lane, ())
        yield act(f"gateway: {target.value}", with_slot(after, index, None), stops, wrong)
    yield act("gateway: dies", with_slot(lane, index, None), stops, kind="fault")


def _asked(world: World, lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    adapter = lane.papers[slot.paper].adapter
    if adapter.claim != "none" or adapter.closed:
        phase = world.rules.claim_answers(adapter.claim, closed=adapter.closed is not None)
        if phase is not None:
            answered = with_slot(lane, index, slot._replace(phase=phase))
            yield act(f"adapter: answers ({phase})", answered, stops)
    # An adapter that keeps its claims elsewhere, or a liar, may answer anything at any time.
    differs = with_slot(lane, index, slot._replace(phase="other"))
    yield act("adapter: answers with another one's document", differs, stops, kind="fault")
    failed = with_slot(lane, index, slot._replace(phase="refused"))
    yield act("gateway: reaches no adapter", failed, stops, kind="fault")
    # Its timer may ring before the database has reached the deadline.
    late = lane.papers[slot.paper].row.late or not slot.fresh
    rung = with_slot(lane, index, slot._replace(phase="timed out"))
    yield act("gateway: its timer rings", rung, stops, kind="step" if late else "fault")


def _taken(world: World, lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    guard = world.rules.guard(State.ACCEPTED, State.PREPARED, Cause.ADAPTER)
    moving = Moving(
        State.ACCEPTED,
        State.PREPARED,
        Cause.ADAPTER,
        guard,
        slot.fresh,
        other=slot.phase == "other",
    )
    moved = world.statement.moved(lane, slot.paper, moving, stops)
    after, wrong = (moved.lane, moved.wrong) if moved else (lane, ())
    what = "gateway: commits prepared" if moved else "gateway: drops the late answer"
    yield act(what, with_slot(after, index, None), stops, wrong)


def _held(world: World, lane: Lane, stops: Stops, number: int) -> Moved | None:
    """Quarantine from wherever it has come to: a move that comes too late is tried anew."""
    seen = lane.papers[number].row.state
    if seen is None or not may_move(seen, State.QUARANTINED, Cause.MISMATCH):
        return None
    guard = world.rules.guard(seen, State.QUARANTINED, Cause.MISMATCH)
    moving = Moving(seen, State.QUARANTINED, Cause.MISMATCH, guard)
    return world.statement.moved(lane, number, moving, stops)


def _quarantined(world: World, lane: Lane, stops: Stops, index: int, slot: Slot) -> Iterator[Act]:
    moved = _held(world, lane, stops, slot.paper)
    after, wrong = (moved.lane, moved.wrong) if moved else (lane, ())
    past = after.papers[slot.paper].past._replace(mismatch=True)
    after = with_slot(changed(after, slot.paper, past=past), index, None)
    stopped = stops._replace(municipality=True, ever=True)
    if not world.rules.mismatch_stops_municipality():
        wrong = (*wrong, "a mismatch stops nothing")
    what = "gateway: commits quarantined and the stop" if moved else "gateway: commits the stop"
    yield act(what, after, stopped, wrong)
    if Breakage.STOPPED_LATER in world.broken:
        nothing = (*wrong, "a mismatch stops nothing")
        yield act("gateway: commits quarantined, and dies", after, stops, nothing, kind="fault")

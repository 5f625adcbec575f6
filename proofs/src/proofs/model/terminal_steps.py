"""The terminal's steps as they were recorded, its machine, its cardholder, and power cuts."""

from collections.abc import Iterator

from gateway.issuances.life import State

from proofs.model.acting import World, act, changed
from proofs.model.breakages import Breakage
from proofs.model.judging import told_completed
from proofs.model.lane import Act, At, Kind, Lane, Paper, Stops
from proofs.model.recording import Answer, Step


def terminal_acts(world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    """Yield all that can happen at the terminal now."""
    at = lane.at
    if at.doing == "idle":
        yield from _idle(world, lane, stops)
    elif at.doing == "orders":
        yield from _ordering(world, lane, stops)
    elif at.step is not None:
        yield from _step(world, lane, stops, at.step)
    yield from _hands(lane, stops)


def _idle(world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    journal = lane.at.journal
    if journal.is_open or lane.orders < _all_orders(world):
        first = world.recorder.record("start", None, journal)
        at = At("step", journal, first, starting=True)
        yield act("terminal: starts", *_went_on(world, lane._replace(at=at), stops))
    for number, paper in enumerate(lane.papers):
        if number in journal.printed and not paper.past.disputed:
            first = world.recorder.record("not mine", number, journal)
            said = changed(lane, number, past=paper.past._replace(disputed=True))
            gone = said._replace(at=At("step", journal, first))
            yield act(f"cardholder: paper {number} is not mine", gone, stops, kind="fault")


def _all_orders(world: World) -> int:
    return 1 if world.bounds.together else world.bounds.papers


def _of_order(world: World, lane: Lane) -> tuple[int, ...]:
    """Return the papers of the order that the terminal waits for."""
    if world.bounds.together:
        return tuple(range(world.bounds.papers))
    return (lane.orders - 1,)


def _ordering(world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    numbers = _of_order(world, lane)
    states = [lane.papers[number].row.state for number in numbers]
    idle = lane._replace(at=At("idle", lane.at.journal))
    if all(state not in {None, State.ACCEPTED} for state in states):
        todo = tuple(n for n in numbers if lane.papers[n].row.attested)
        yield act("gateway: answers the order", *_next_paper(world, idle, todo, stops))
    if stops.ever and states[0] is None:
        yield act("gateway: refuses the order by a stop", idle, stops)
    yield act("terminal: gives the order up", idle, stops, kind="fault")
    yield act("terminal: power cut", idle, stops, kind="fault")


def _step(world: World, lane: Lane, stops: Stops, step: Step) -> Iterator[Act]:
    match step.asked:
        case "write":
            yield answered(world, lane, stops, "done")
        case "fetch" | "report":
            yield answered(world, lane, stops, "silent", kind="fault")
        case "money":
            yield from _money(world, lane, stops, step.paper or 0)
        case "refund":
            yield from _refund(world, lane, stops, step.paper or 0)
        case "print":
            yield from _print(world, lane, stops, step.paper or 0)
        case "hand":
            yield from _hand_over(world, lane, stops, step.paper or 0)
        case "tray":
            yield _tray_cleared(world, lane, stops)
            yield answered(world, lane, stops, "not cleared", kind="fault")
        case "end":
            pass
    yield from _cut(lane, stops, step)


def _cut(lane: Lane, stops: Stops, step: Step) -> Iterator[Act]:
    for journal in step.after_a_cut:
        off = lane._replace(at=At("idle", journal))
        yield act("terminal: power cut", off, stops, kind="fault")


def answered(
    world: World,
    lane: Lane,
    stops: Stops,
    answer: Answer,
    *,
    what: str = "",
    kind: Kind = "step",
) -> Act:
    """Return the step by which the terminal gets this answer to what it asked for."""
    step = lane.at.step
    if step is None:
        raise AssertionError("nothing was asked")
    gone = lane._replace(at=lane.at._replace(step=step.ways[answer]))
    said = f"terminal: {step.what}" + ("" if answer == "done" else f" ({answer})")
    lane, stops, wrong = _went_on(world, gone, stops)
    return act(what or said, lane, stops, wrong, kind=kind)


def _went_on(world: World, lane: Lane, stops: Stops) -> tuple[Lane, Stops, tuple[str, ...]]:
    """Go on to what comes after a flow, if it ends here."""
    at = lane.at
    if at.step is None or at.step.asked != "end":
        return lane, stops, ()
    journal = at.step.journal
    idle = lane._replace(at=At("idle", journal))
    if at.starting:
        if at.step.what == "returned" and lane.orders < _all_orders(world):
            return _order(world, idle, stops)
        return idle, stops, ()
    return _next_paper(world, idle, at.todo, stops)


def _next_paper(
    world: World, lane: Lane, todo: tuple[int, ...], stops: Stops
) -> tuple[Lane, Stops, tuple[str, ...]]:
    journal = lane.at.journal
    if not todo or journal.tray:
        return lane, stops, ()
    first = world.recorder.record("paper", todo[0], journal)
    return lane._replace(at=At("step", journal, first, todo[1:])), stops, ()


def _order(world: World, lane: Lane, stops: Stops) -> tuple[Lane, Stops, tuple[str, ...]]:
    lying = any(
        paper.machine.where == "tray" and not told_completed(lane, number)
        for number, paper in enumerate(lane.papers)
    )
    lane = lane._replace(orders=lane.orders + 1, at=At("orders", lane.at.journal))
    for number in _of_order(world, lane):
        lane = changed(lane, number, ordered=True)
    wrong = ("the next cardholder is served over a void paper in the tray",) if lying else ()
    return lane, stops, wrong


def _money(world: World, lane: Lane, stops: Stops, number: int) -> Iterator[Act]:
    machine = lane.papers[number].machine
    paid = changed(lane, number, machine=machine._replace(coins="in"))
    yield answered(world, paid, stops, "paid")
    yield answered(world, lane, stops, "gave up", kind="fault")
    # Power may go right after the coin has fallen.
    yield from _cut(paid, stops, _step_of(lane))


def _refund(world: World, lane: Lane, stops: Stops, number: int) -> Iterator[Act]:
    machine = lane.papers[number].machine
    if machine.coins == "none":
        yield answered(world, lane, stops, "not_taken")
        return
    back = changed(lane, number, machine=machine._replace(coins="back"))
    yield answered(world, back, stops, "refunded")
    if machine.coins == "in":
        yield answered(world, lane, stops, "money_kept", kind="fault")
        yield from _cut(back, stops, _step_of(lane))


def _print(world: World, lane: Lane, stops: Stops, number: int) -> Iterator[Act]:
    paper = lane.papers[number]
    out = paper.machine._replace(printed=paper.machine.printed + 1, where="tray")
    printed = changed(lane, number, machine=out)
    yield answered(world, printed, stops, "printed")
    yield answered(world, lane, stops, "jammed", kind="fault")
    if Breakage.PRINTS_AFTER_RESTART in world.broken:
        yield act("terminal: power cut, and goes on", printed, stops, kind="fault")
    yield from _cut(printed, stops, _step_of(lane))


def _hand_over(world: World, lane: Lane, stops: Stops, number: int) -> Iterator[Act]:
    paper = lane.papers[number]
    out = changed(lane, number, machine=paper.machine._replace(where="taken"))
    yield answered(world, out, stops, "mine")
    said = changed(lane, number, past=paper.past._replace(disputed=True))
    yield answered(world, said, stops, "not mine", kind="fault")
    # Power may go right after it was taken, or after the cardholder spoke.
    yield from _cut(out, stops, _step_of(lane))


def _step_of(lane: Lane) -> Step:
    if lane.at.step is None:
        raise AssertionError("the terminal is at no step")
    return lane.at.step


def _tray_cleared(world: World, lane: Lane, stops: Stops) -> Act:
    papers = tuple(_destroyed(paper) for paper in lane.papers)
    return answered(world, lane._replace(papers=papers), stops, "cleared")


def _destroyed(paper: Paper) -> Paper:
    if paper.machine.where != "tray":
        return paper
    return paper._replace(machine=paper.machine._replace(where="destroyed"))


def _hands(lane: Lane, stops: Stops) -> Iterator[Act]:
    # It could be at any moment, but only these tell a taken paper from one that lies there.
    at = lane.at
    matters = at.doing == "idle" or (at.step is not None and at.step.asked == "tray")
    for number, paper in enumerate(lane.papers):
        if paper.machine.where == "tray" and matters:
            taken = changed(lane, number, machine=paper.machine._replace(where="taken"))
            yield act(f"cardholder: takes paper {number}", taken, stops)

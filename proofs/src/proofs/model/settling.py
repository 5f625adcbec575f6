"""What follows from a step at once: requests go out, and what nobody waits for any more is gone."""

from typing import Any

from gateway.issuances.life import ENDED, State

from proofs.model.lane import At, Lane, Slot
from proofs.model.recording import Report


def settled(lane: Lane) -> tuple[Lane, tuple[str, ...]]:
    """Return the lane with its requests sent, in one spelling, and what is wrong with them."""
    lane, wrong = _sent(lane)
    slots = tuple(slot for slot in lane.slots if slot is not None and _is_waited_for(lane, slot))
    ordered = sorted(slots, key=_order)
    filled = (*ordered, *([None] * (len(lane.slots) - len(ordered))))
    return (lane if filled == lane.slots else lane._replace(slots=filled)), wrong


def _sent(lane: Lane) -> tuple[Lane, tuple[str, ...]]:
    step = lane.at.step
    if step is None:
        return lane, ()
    if step.asked == "fetch" and step.paper is not None:
        paper = lane.papers[step.paper]
        if not paper.fetched:
            papers = list(lane.papers)
            papers[step.paper] = paper._replace(fetched=True)
            return lane._replace(papers=tuple(papers)), ()
    if step.asked == "report" and step.report not in lane.sent and step.report is not None:
        twice = any(one.sequence == step.report.sequence for one in lane.sent)
        wrong = ("the number of a report is used twice",) if twice else ()
        return lane._replace(sent=lane.sent | {step.report}), wrong
    return lane, ()


def _is_waited_for(lane: Lane, slot: Slot) -> bool:
    if slot.work == "prepare":
        return slot.fresh or _may_still_stop(lane, slot)
    if slot.phase not in {"answers", "again", "repeats"}:
        return True
    if slot.work == "fetch":
        return waits_for_document(lane.at, slot.paper)
    return waits_for_answer(lane.at, slot.report)


def _may_still_stop(lane: Lane, slot: Slot) -> bool:
    """Tell whether a worker that was overtaken can still find that an answer differs."""
    gone_on = lane.papers[slot.paper].row.state not in {*ENDED, State.QUARANTINED}
    return slot.phase in {"other", "withheld"} or (slot.phase == "asks" and gone_on)


def waits_for_document(at: At, paper: int) -> bool:
    """Tell whether the terminal waits for this document."""
    return at.step is not None and at.step.asked == "fetch" and at.step.paper == paper


def waits_for_answer(at: At, report: Report | None) -> bool:
    """Tell whether the terminal waits for the answer to this report."""
    return at.step is not None and at.step.asked == "report" and at.step.report is report


def _order(slot: Slot) -> tuple[Any, ...]:
    number = slot.report.sequence if slot.report else 0
    seen = slot.seen.value if slot.seen else ""
    return slot.work, slot.paper, number, slot.phase, slot.answer, seen, slot.fresh

"""The one statement that moves an issuance, as `gateway.issuances.moving` writes it in SQL.

A test runs both on the same cases, so that this is that statement and no wish of ours.
"""

from dataclasses import dataclass
from typing import NamedTuple

from gateway.issuances.life import ENDED, Cause, Guard, State
from gateway.metering.rules import Purpose
from madoguchi_wire.reports import Money

from proofs.model.breakages import Breakage
from proofs.model.judging import wrong_in_move
from proofs.model.lane import Lane, Paper, Row, Slot, Stops
from proofs.model.recording import Report
from proofs.model.table import Key

_READS = frozenset({"own", "other", "withheld", "refused", "timed out", "asks"})
_STILL_MATTERS = frozenset({"asks", "other", "withheld"})


class Moving(NamedTuple):
    """A move as the gateway asks for it."""

    seen: State
    """The state as it was read."""
    target: State
    cause: Cause
    guard: Guard
    fresh: bool = True
    """Whether nothing has changed the row since it was read."""
    purposes: frozenset[Purpose] = frozenset()
    money: Money | None = None
    report: Report | None = None
    other: bool = False
    """Whether another one's document comes with it."""


class Moved(NamedTuple):
    """The lane after a move, and what was wrong with it."""

    lane: Lane
    wrong: tuple[str, ...]


class NumberKept(Exception):
    """A report of this number is kept already: the statement does nothing."""


def guard_holds(guard: Guard, row: Row, stops: Stops) -> bool:
    """Tell what the statement's CASE tells of a row, at this moment."""
    match guard:
        case Guard.NONE:
            return True
        case Guard.BEFORE_DEADLINE:
            return not row.late
        case Guard.BEFORE_DEADLINE_NOT_STOPPED:
            return not row.late and not stops.here
        case Guard.NOT_STOPPED:
            return not stops.here
        case Guard.AFTER_DEADLINE:
            return row.late
        case Guard.AFTER_REPORT_DEADLINE:
            return row.unreported
        case Guard.WAS_PAID:
            return row.paid


@dataclass
class Statement:
    """Moves issuances, and keeps count of the rows of the table that it used."""

    broken: frozenset[Breakage]
    used: set[Key]

    def moved(self, lane: Lane, paper: int, moving: Moving, stops: Stops) -> Moved | None:
        """Return the lane after the move; None if it changes nothing.

        Raises:
            NumberKept: see there.

        """
        before = lane.papers[paper]
        looks = Breakage.MOVES_WITHOUT_LOOKING not in self.broken
        if looks and (before.row.state is not moving.seen or not moving.fresh):
            return None
        if not guard_holds(moving.guard, before.row, stops):
            return None
        number = moving.report.sequence if moving.report else None
        if any(kept.sequence == number for one in lane.papers for kept, _ in one.row.kept):
            raise NumberKept
        if moving.seen is not moving.target:
            self.used.add((moving.seen, moving.target, moving.cause))
        row = _after(before.row, moving)
        return Moved(
            self._stale(with_row(lane, paper, row), paper),
            wrong_in_move(before.row, row, moving.cause, stops, fresh=moving.fresh),
        )

    def _stale(self, lane: Lane, paper: int) -> Lane:
        """Let no request trust what it read of a row before it changed."""
        slots = tuple(self._without_trust(slot, paper) for slot in lane.slots)
        return lane if slots == lane.slots else lane._replace(slots=slots)

    def _without_trust(self, slot: Slot | None, paper: int) -> Slot | None:
        if slot is None or slot.paper != paper:
            return slot
        if slot.phase in _STILL_MATTERS or Breakage.MOVES_WITHOUT_LOOKING in self.broken:
            reads = slot.phase in _READS or slot.phase in {"marks", "judges"}
            return slot._replace(fresh=False) if reads else slot
        # Its statement will find the row changed, do nothing and look again, as if it began now.
        return None if slot.phase in _READS or slot.phase in {"marks", "judges"} else slot


def with_row(lane: Lane, paper: int, row: Row) -> Lane:
    """Return the lane with another row of one issuance."""
    return with_paper(lane, paper, lane.papers[paper]._replace(row=row))


def with_paper(lane: Lane, number: int, paper: Paper) -> Lane:
    """Return the lane with another state of one paper."""
    papers = (*lane.papers[:number], paper, *lane.papers[number + 1 :])
    return lane._replace(papers=papers)


def _after(row: Row, moving: Moving) -> Row:
    target, changes = moving.target, moving.seen is not moving.target
    kept = row.kept
    if moving.report is not None:
        kept |= {(moving.report, changes)}
    if not changes:
        return row._replace(kept=kept)
    ended = target in ENDED
    outcome = row.outcome
    acknowledged = row.acknowledged
    if ended or target is State.QUARANTINED:
        outcome, acknowledged = target, False
    prepared = target is State.PREPARED
    waiting = target in {State.ACCEPTED, State.PREPARED}
    reporting = target in {State.DELIVERED, State.PAID}
    return row._replace(
        state=target,
        late=row.late and waiting and not prepared,
        unreported=row.unreported and reporting and target is not State.DELIVERED,
        paid=row.paid or target is State.PAID,
        attested=row.attested or prepared,
        sealed=(row.sealed or prepared) and not ended,
        other=moving.other or row.other,
        leased=row.leased and target is State.ACCEPTED,
        kept=kept,
        money=moving.money or row.money,
        books=row.books | moving.purposes,
        metered=row.metered or target is State.COMPLETED,
        outcome=outcome,
        acknowledged=acknowledged,
        quarantined=row.quarantined or target is State.QUARANTINED,
    )

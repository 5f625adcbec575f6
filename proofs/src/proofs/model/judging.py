"""What must always hold, said anew from the design and not by the table that it judges."""

from gateway.issuances.life import Cause, State
from gateway.metering.rules import Purpose
from madoguchi_wire.reports import Money

from proofs.model.lane import Lane, Paper, Row, Stops

_ENDS = frozenset({State.COMPLETED, State.REFUSED, State.EXPIRED, State.VOIDED})
_COMES_FROM = {
    State.PREPARED: {State.ACCEPTED},
    State.REFUSED: {State.ACCEPTED},
    State.EXPIRED: {State.ACCEPTED, State.PREPARED},
    State.DELIVERED: {State.PREPARED},
    State.PAID: {State.DELIVERED},
    State.VOIDED: {State.DELIVERED, State.PAID, State.IN_DOUBT, State.QUARANTINED},
    State.COMPLETED: {State.PAID, State.IN_DOUBT, State.QUARANTINED},
    State.IN_DOUBT: {State.DELIVERED, State.PAID},
}
INVARIANTS = (
    "an ended issuance moves",
    "a move that the design does not have",
    "quarantine is left without a named person",
    "a late answer counts",
    "it expires before its deadline",
    "it is delivered after its deadline",
    "it is delivered while stopped",
    "the go is given while stopped",
    "it is in doubt before its time",
    "completed, though paid was never reported",
    "two events have one number",
    "one purpose is booked twice",
    "metered twice",
    "metered and completed differ",
    "the books do not fit the state",
    "the outcome does not fit the state",
    "the adapter closed it with another end",
    "a closed id is prepared",
    "an id is closed with two outcomes",
    "a mismatch was seen, and it is not held",
    "a mismatch stops nothing",
    "the document leaves without delivered",
    "the go is answered without paid",
    "two papers of one issuance",
    "printed without the gateway's go",
    "printed, though paid is not in the books",
    "another one's document is printed",
    "coins are held for a paper that was never delivered",
    "the number of a report is used twice",
    "the next cardholder is served over a void paper in the tray",
    "evidence against the end is filed without an alarm",
    "at rest: coins are kept and nobody is owed them",
    "at rest: a completed paper was never paid for",
    "at rest: a completed paper is not there",
    "at rest: a void paper lies in the tray",
    "at rest: it waits for a person, though its terminal told the end",
    "at rest: it waits for a person, though its terminal is back",
    "at rest: the adapter does not know how it ended",
    "the adapter is asked for what was never accepted",
    "an end can no longer be reached",
)
"""By name; a name that is not here cannot be reported."""
ABOUT_THE_MACHINE = frozenset(
    {
        "at rest: coins are kept and nobody is owed them",
        "at rest: a completed paper was never paid for",
        "at rest: a completed paper is not there",
        "at rest: a void paper lies in the tray",
        "at rest: it waits for a person, though its terminal told the end",
        "at rest: it waits for a person, though its terminal is back",
    }
)
"""What only holds at a terminal that reports what happened."""


def wrong_in_move(
    before: Row, after: Row, cause: Cause, stops: Stops, *, fresh: bool
) -> tuple[str, ...]:
    """Return what a move does that must not be."""
    wrong = list[str]()
    if not fresh:
        wrong.append("two events have one number")
    if before.state is after.state:
        return tuple(wrong)
    wrong.extend(_wrong_way(before.state, after.state, cause))
    wrong.extend(_wrong_moment(before, after.state, stops))
    if after.metered and before.metered:
        wrong.append("metered twice")
    return tuple(wrong)


def _wrong_way(source: State | None, target: State | None, cause: Cause) -> list[str]:
    wrong = list[str]()
    if source in _ENDS:
        wrong.append("an ended issuance moves")
    if target is not None and source not in _COMES_FROM.get(target, {source}):
        wrong.append("a move that the design does not have")
    if source is State.QUARANTINED and cause is not Cause.PERSON:
        wrong.append("quarantine is left without a named person")
    return wrong


def _wrong_moment(before: Row, target: State | None, stops: Stops) -> list[str]:
    cases = (
        (target is State.PREPARED and before.late, "a late answer counts"),
        (target is State.EXPIRED and not before.late, "it expires before its deadline"),
        (target is State.DELIVERED and before.late, "it is delivered after its deadline"),
        (target is State.DELIVERED and stops.here, "it is delivered while stopped"),
        (target is State.PAID and stops.here, "the go is given while stopped"),
        (target is State.IN_DOUBT and not before.unreported, "it is in doubt before its time"),
        (
            target is State.COMPLETED and not before.paid,
            "completed, though paid was never reported",
        ),
    )
    return [wrong for holds, wrong in cases if holds]


def wrong_in_state(paper: Paper) -> tuple[str, ...]:
    """Return what of one issuance must not be, at any moment."""
    row, machine = paper.row, paper.machine
    cases = (
        (row.metered != (row.state is State.COMPLETED), "metered and completed differ"),
        (not _books_fit(row), "the books do not fit the state"),
        (row.outcome is not _outcome_of(row), "the outcome does not fit the state"),
        (not _closed_fits(paper), "the adapter closed it with another end"),
        (
            paper.past.mismatch and row.state not in {*_ENDS, State.QUARANTINED},
            "a mismatch was seen, and it is not held",
        ),
        (
            paper.adapter.asked and row.state is None,
            "the adapter is asked for what was never accepted",
        ),
        (machine.printed > 1, "two papers of one issuance"),
        (machine.printed > 0 and not paper.past.go, "printed without the gateway's go"),
        (machine.printed > 0 and not row.paid, "printed, though paid is not in the books"),
        (machine.printed > 0 and machine.other, "another one's document is printed"),
        (
            machine.coins == "in" and not _was_delivered(row),
            "coins are held for a paper that was never delivered",
        ),
    )
    return tuple(wrong for holds, wrong in cases if holds)


def _was_delivered(row: Row) -> bool:
    return row.attested and row.state not in {State.PREPARED, State.EXPIRED, State.REFUSED}


def _outcome_of(row: Row) -> State | None:
    return row.state if row.state in _ENDS or row.state is State.QUARANTINED else None


def _closed_fits(paper: Paper) -> bool:
    closed, state = paper.adapter.closed, paper.row.state
    if closed is State.QUARANTINED:
        return state in {State.QUARANTINED, State.COMPLETED, State.VOIDED}
    return closed is None or closed is state


def _books_fit(row: Row) -> bool:
    """Money is in deposits while it is open; at the end it is where it belongs, or is owed."""
    taken = frozenset({Purpose.FEE_DEPOSITED}) if row.paid else frozenset[Purpose]()
    if row.state is State.COMPLETED:
        both = frozenset({Purpose.FEE_DEPOSITED, Purpose.FEE_EARNED, Purpose.COMMISSION})
        return row.books == both
    if row.state is State.VOIDED:
        if row.money is Money.KEPT:
            return row.books == taken | {Purpose.FEE_KEPT}
        if row.money is Money.REFUNDED and row.paid:
            return row.books == taken | {Purpose.FEE_REFUNDED}
    return row.books == taken


def wrong_at_rest(lane: Lane, price: int) -> tuple[str, ...]:
    """Return what must not be once nothing but a named person has anything left to do."""
    return tuple(
        wrong for number in range(len(lane.papers)) for wrong in _wrong_one(lane, number, price)
    )


def _wrong_one(lane: Lane, number: int, price: int) -> list[str]:
    paper = lane.papers[number]
    row, machine = paper.row, paper.machine
    completed = row.state is State.COMPLETED and not paper.past.decided
    owed = row.money is Money.KEPT or paper.past.decided
    cases = (
        (
            machine.coins == "in" and row.state is State.VOIDED and not owed,
            "at rest: coins are kept and nobody is owed them",
        ),
        (
            completed and machine.coins != "in" and price > 0,
            "at rest: a completed paper was never paid for",
        ),
        (
            completed and machine.printed != 1,
            "at rest: a completed paper is not there",
        ),
        (
            machine.where == "tray" and not told_completed(lane, number),
            "at rest: a void paper lies in the tray",
        ),
        (
            row.state is State.IN_DOUBT and _told_the_end(row),
            "at rest: it waits for a person, though its terminal told the end",
        ),
        (
            row.state is State.IN_DOUBT,
            "at rest: it waits for a person, though its terminal is back",
        ),
        (
            row.acknowledged and paper.adapter.closed is not row.outcome,
            "at rest: the adapter does not know how it ended",
        ),
    )
    return [wrong for holds, wrong in cases if holds]


def told_completed(lane: Lane, number: int) -> bool:
    """Tell whether the terminal ever reported this paper as completed."""
    known = (*lane.sent, *lane.at.journal.unanswered)
    return any(one.paper == number and one.body.event == "completed" for one in known)


def _told_the_end(row: Row) -> bool:
    # *completed* without *paid* is no end: it raised an alarm.
    ends = {"voided", "completed"} if row.paid else {"voided"}
    return any(report.body.event in ends for report, _ in row.kept)

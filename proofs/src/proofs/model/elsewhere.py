"""What happens beside the terminal's requests: sweeps, outcomes, the adapter, time and people."""

from collections.abc import Iterator

from gateway.issuances.life import Cause, NotAllowed, State
from madoguchi_wire.reports import Money

from proofs.model.acting import World, act, changed
from proofs.model.breakages import Breakage
from proofs.model.lane import Act, Adapter, Claim, Lane, Paper, Stops
from proofs.model.settling import waits_for_document
from proofs.model.statement import Moving, with_row

_WAITING = frozenset({State.ACCEPTED, State.PREPARED})
_REPORTING = frozenset({State.DELIVERED, State.PAID})
_DECIDED_LATER = frozenset({State.COMPLETED, State.VOIDED})


def sweep_acts(world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    """Yield what the gateways do by themselves."""
    takes_all = Breakage.SWEEPS_TAKE_ALL in world.broken
    for number, paper in enumerate(lane.papers):
        row = paper.row
        if row.state in _WAITING and (row.late or takes_all):
            yield from _swept(world, lane, stops, number, State.EXPIRED)
        if row.state in _REPORTING and (row.unreported or takes_all):
            yield from _swept(world, lane, stops, number, State.IN_DOUBT)
        if row.outcome is not None and not row.acknowledged:
            yield from _telling(world, lane, stops, number)


def _swept(world: World, lane: Lane, stops: Stops, number: int, target: State) -> Iterator[Act]:
    seen = lane.papers[number].row.state
    if seen is None:
        return
    guard = world.rules.guard(seen, target, Cause.DEADLINE)
    moving = Moving(seen, target, Cause.DEADLINE, guard)
    moved = world.statement.moved(lane, number, moving, stops)
    if moved is not None:
        yield act(f"sweep: {target.value}", moved.lane, stops, moved.wrong)


def _telling(world: World, lane: Lane, stops: Stops, number: int) -> Iterator[Act]:
    """Commit that the adapter has acknowledged; an older outcome's word counts for nothing."""
    row = lane.papers[number].row
    done = with_row(lane, number, row._replace(acknowledged=True))
    if lane.papers[number].adapter.closed is row.outcome:
        yield act("gateway: commits the acknowledgement", done, stops)
    elif Breakage.TOLD_ONCE in world.broken:
        yield act("gateway: tells the outcome once, which is lost", done, stops, kind="fault")


def _sent_outcomes(paper: Paper) -> list[State]:
    """Return the outcomes that may arrive at the adapter: each, from its commit on, for ever."""
    sent = [State.QUARANTINED] if paper.row.quarantined else []
    if paper.row.outcome is not None and paper.row.outcome not in sent:
        sent.append(paper.row.outcome)
    return sent


def adapter_acts(world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    """Yield what the municipality's adapter can do now."""
    for number, paper in enumerate(lane.papers):
        yield from _claiming(world, lane, stops, number, paper)
        for outcome in _sent_outcomes(paper):
            yield from _closing(world, lane, stops, number, outcome)


def _with(lane: Lane, number: int, adapter: Adapter) -> Lane:
    return changed(lane, number, adapter=adapter)


def _claiming(world: World, lane: Lane, stops: Stops, number: int, paper: Paper) -> Iterator[Act]:
    adapter = paper.adapter
    open_to = adapter.closed is None or Breakage.CLOSED_IDS_PREPARE in world.broken
    if adapter.claim == "none" and adapter.asked and open_to:
        yield act(
            "adapter: claims the copy",
            _with(lane, number, adapter._replace(claim="claimed", leased=True)),
            stops,
        )
    if adapter.claim != "claimed":
        return
    if not adapter.leased:
        leased = adapter._replace(leased=True)
        yield act("adapter: takes the claim over", _with(lane, number, leased), stops)
        return
    let_go = _with(lane, number, adapter._replace(leased=False))
    yield act("adapter: dies, or its lease runs out", let_go, stops, kind="fault")
    if not open_to:
        return
    ways: tuple[tuple[Claim, str], ...] = (
        ("own", "keeps what it made"),
        ("refused", "refuses"),
        ("other", "keeps another one's document"),
        ("withheld", "withholds what its read-back found wrong"),
    )
    wrong = ("a closed id is prepared",) if adapter.closed else ()
    for claim, what in ways:
        kept = _with(lane, number, adapter._replace(claim=claim, leased=False))
        prepared = wrong if claim in {"own", "other"} else ()
        kind = "step" if claim == "own" else "fault"
        yield act(f"adapter: {what}", kept, stops, prepared, kind=kind)


def _closing(world: World, lane: Lane, stops: Stops, number: int, outcome: State) -> Iterator[Act]:
    adapter = lane.papers[number].adapter
    overwrites = Breakage.OUTCOMES_ARE_OVERWRITTEN in world.broken
    wrong: tuple[str, ...] = ()
    if adapter.closed is outcome:
        return
    if adapter.closed is None or (
        adapter.closed is State.QUARANTINED and outcome in _DECIDED_LATER
    ):
        closed = adapter._replace(claim="closed", leased=False, closed=outcome)
    elif overwrites:
        closed = adapter._replace(closed=outcome)
        wrong = ("an id is closed with two outcomes",)
    else:
        return
    what = f"adapter: closes the id as {outcome.value}"
    yield act(what, _with(lane, number, closed), stops, wrong)
    if adapter.claim == "none" and adapter.asked:
        # A claim that began before the closing was committed does not see it.
        beside = _with(lane, number, closed._replace(claim="claimed", leased=True))
        yield act(f"{what} beside a claim", beside, stops, kind="fault")


def time_acts(_world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    """Yield deadlines that pass, and a database that forgets what it need not keep."""
    for number, paper in enumerate(lane.papers):
        row = paper.row
        if row.state in _WAITING and not row.late:
            late = with_row(lane, number, row._replace(late=True))
            yield act("time: the deadline passes", late, stops, kind="time")
        if row.state in _REPORTING and not row.unreported:
            unreported = with_row(lane, number, row._replace(unreported=True))
            yield act("time: the deadline for reports passes", unreported, stops, kind="time")
        if row.sealed and (row.state is State.PREPARED or waits_for_document(lane.at, number)):
            lost = with_row(lane, number, row._replace(sealed=False))
            yield act("database: loses the sealed document", lost, stops, kind="fault")


def person_acts(world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    """Yield what named persons decide."""
    for number, paper in enumerate(lane.papers):
        if paper.row.state in {State.IN_DOUBT, State.QUARANTINED}:
            for target in (State.COMPLETED, State.VOIDED):
                yield from _decided(world, lane, stops, number, target)


def _decided(world: World, lane: Lane, stops: Stops, number: int, target: State) -> Iterator[Act]:
    row = lane.papers[number].row
    if row.state is None:
        return
    try:
        guard = world.rules.guard(row.state, target, Cause.PERSON)
    except NotAllowed:
        return
    money = Money.NOT_TAKEN if target is State.COMPLETED else Money.REFUNDED
    purposes = world.rules.decided(target, money, paid=row.paid)
    said = None if target is State.COMPLETED else money
    moving = Moving(row.state, target, Cause.PERSON, guard, purposes=purposes, money=said)
    moved = world.statement.moved(lane, number, moving, stops)
    if moved is None:
        return
    past = moved.lane.papers[number].past._replace(decided=True)
    decided = changed(moved.lane, number, past=past)
    yield act(f"person: decides {target.value}", decided, stops, moved.wrong, kind="person")


def stop_acts(_world: World, lane: Lane, stops: Stops) -> Iterator[Act]:
    """Yield stops and releases by named persons, and what happens at other terminals."""
    if not stops.municipality:
        stopped = stops._replace(municipality=True, ever=True)
        yield act("person: stops the municipality", lane, stopped, kind="fault")
    else:
        released = stops._replace(municipality=False)
        yield act("person: releases the municipality", lane, released, kind="person")
    if stops.path:
        released = stops._replace(path=False)
        yield act("person: releases the path", lane, released, kind="person")

"""Only a named person ends what is in quarantine, and decides nothing else but what is in doubt."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from checker.checks.events import parsed_event, state_of
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Decision, OutboxRow
from checker.fault import Fault, FaultName

_LEFT_TO_PERSONS = frozenset({"in_doubt", "quarantined"})


@lru_cache(maxsize=1)
def decided_issuances(evidence: Evidence) -> frozenset[str]:
    """Return the issuances that a named person ended: row, event and state say so alike."""
    endings = _endings(evidence)
    states = {issuance.issuance_id: issuance.state for issuance in evidence.books.issuances}
    return frozenset(
        where
        for where, decisions in _by_issuance(evidence).items()
        if _why_not(decisions, states.get(where), endings.get(where)) is None
    )


def check_decisions(evidence: Evidence) -> Iterator[Fault]:
    """Find decisions that nobody had to take, and quarantines that nobody decided."""
    endings = _endings(evidence)
    states = {issuance.issuance_id: issuance.state for issuance in evidence.books.issuances}
    decisions = _by_issuance(evidence)
    for where, taken in decisions.items():
        why = _why_not(taken, states.get(where), endings.get(where))
        if why is not None:
            yield Fault(name=FaultName.DECISION_UNTRUE, where=where, what=why)
    for where, (before, by) in endings.items():
        if where in decisions:
            continue
        if before == "quarantined" or by is not None:
            what = f"it left {before}, and no named person decided"
            yield Fault(name=FaultName.DECISION_MISSING, where=where, what=what)


def _by_issuance(evidence: Evidence) -> dict[str, list[Decision]]:
    found: dict[str, list[Decision]] = defaultdict(list)
    for decision in evidence.books.decisions:
        found[decision.issuance_id].append(decision)
    return found


def _why_not(
    decisions: list[Decision], state: str | None, ending: tuple[str | None, str | None] | None
) -> str | None:
    """Tell why decisions about an issuance cannot be; None if they can."""
    if len(decisions) > 1:
        return "it was decided more than once"
    decision = decisions[0]
    if decision.state != state:
        return f"it was decided to be {decision.state}, and it is {state or 'unknown'}"
    before, by = ending or (None, None)
    if before not in _LEFT_TO_PERSONS:
        return f"it was decided, and it was {before or 'nothing'} before"
    if not decision.decided_by or by != decision.decided_by:
        return "its last event does not name who decided"
    return None


@lru_cache(maxsize=1)
def _endings(evidence: Evidence) -> dict[str, tuple[str | None, str | None]]:
    """Return the state before the last one, and who decided the last, as events tell."""
    trails: dict[str, list[OutboxRow]] = defaultdict(list)
    for row in sorted(evidence.books.outbox, key=lambda row: row.sequence):
        if state_of(row) is not None:
            trails[row.subject].append(row)
    return {where: _ending(trail) for where, trail in trails.items()}


def _ending(trail: list[OutboxRow]) -> tuple[str | None, str | None]:
    before = state_of(trail[-2]) if len(trail) > 1 else None
    event = parsed_event(trail[-1].canonical)
    by = event.data.get("decided_by") if event is not None else None
    return before, str(by) if by is not None else None

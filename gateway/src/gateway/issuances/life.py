"""The life of an issuance: the one table of transitions that guards, timers and events hang on.

    accepted → prepared → delivered → paid → completed

besides: refused, expired, voided, in_doubt and quarantined (design §3). `python -m gateway life`
draws it.
"""

from dataclasses import dataclass
from enum import StrEnum

from madoguchi_wire.events import EventType


class State(StrEnum):
    """The states of an issuance."""

    ACCEPTED = "accepted"
    """Committed before the adapter is called."""
    PREPARED = "prepared"
    """The sealed document is held and its attestation is what was asked."""
    DELIVERED = "delivered"
    """Committed before the first byte leaves for the terminal."""
    PAID = "paid"
    """The terminal reported the fee and got the gateway's go."""
    COMPLETED = "completed"
    """The paper is out; metered, and booked as the municipality's."""
    REFUSED = "refused"
    EXPIRED = "expired"
    """The deadline passed; a late answer belongs to nobody."""
    VOIDED = "voided"
    """No paper counts; what happened to the money is recorded."""
    IN_DOUBT = "in_doubt"
    """No report in time; left by the terminal's journal or a named person's decision."""
    QUARANTINED = "quarantined"
    """Held; left only by a named person's decision. Reports meanwhile are evidence only."""


class Cause(StrEnum):
    """Who may bring a transition about."""

    ORDER = "an order"
    ADAPTER = "the adapter's answer"
    DELIVERY = "the terminal fetches the document"
    REPORT = "the terminal's signed report"
    DEADLINE = "a deadline passes"
    MISMATCH = "an answer or a document differs from what was asked"
    PERSON = "a named person decides, with a reason"


class Guard(StrEnum):
    """What must hold in the statement that moves, judged by the database's time."""

    NONE = "none"
    BEFORE_DEADLINE = "before its deadline"
    BEFORE_DEADLINE_NOT_STOPPED = "before its deadline, and nothing is stopped"
    NOT_STOPPED = "nothing is stopped"
    AFTER_DEADLINE = "after its deadline"
    AFTER_REPORT_DEADLINE = "after the deadline for reports"
    WAS_PAID = "paid had been reported"


@dataclass(frozen=True)
class Transition:
    """One allowed step. `source` is None where an issuance begins."""

    source: State | None
    target: State
    cause: Cause
    guard: Guard = Guard.NONE


_S, _C, _G = State, Cause, Guard

TRANSITIONS = (
    Transition(None, _S.ACCEPTED, _C.ORDER),
    Transition(_S.ACCEPTED, _S.PREPARED, _C.ADAPTER, _G.BEFORE_DEADLINE),
    Transition(_S.ACCEPTED, _S.REFUSED, _C.ADAPTER),
    Transition(_S.ACCEPTED, _S.EXPIRED, _C.DEADLINE, _G.AFTER_DEADLINE),
    Transition(_S.PREPARED, _S.EXPIRED, _C.DEADLINE, _G.AFTER_DEADLINE),
    Transition(_S.PREPARED, _S.DELIVERED, _C.DELIVERY, _G.BEFORE_DEADLINE_NOT_STOPPED),
    Transition(_S.DELIVERED, _S.PAID, _C.REPORT, _G.NOT_STOPPED),
    Transition(_S.PAID, _S.COMPLETED, _C.REPORT),
    Transition(_S.DELIVERED, _S.VOIDED, _C.REPORT),
    Transition(_S.PAID, _S.VOIDED, _C.REPORT),
    Transition(_S.DELIVERED, _S.IN_DOUBT, _C.DEADLINE, _G.AFTER_REPORT_DEADLINE),
    Transition(_S.PAID, _S.IN_DOUBT, _C.DEADLINE, _G.AFTER_REPORT_DEADLINE),
    Transition(_S.IN_DOUBT, _S.COMPLETED, _C.REPORT, _G.WAS_PAID),
    Transition(_S.IN_DOUBT, _S.VOIDED, _C.REPORT),
    Transition(_S.IN_DOUBT, _S.COMPLETED, _C.PERSON, _G.WAS_PAID),
    Transition(_S.IN_DOUBT, _S.VOIDED, _C.PERSON),
    Transition(_S.ACCEPTED, _S.QUARANTINED, _C.MISMATCH),
    Transition(_S.PREPARED, _S.QUARANTINED, _C.MISMATCH),
    Transition(_S.DELIVERED, _S.QUARANTINED, _C.MISMATCH),
    Transition(_S.PAID, _S.QUARANTINED, _C.MISMATCH),
    Transition(_S.IN_DOUBT, _S.QUARANTINED, _C.MISMATCH),
    Transition(_S.QUARANTINED, _S.COMPLETED, _C.PERSON, _G.WAS_PAID),
    Transition(_S.QUARANTINED, _S.VOIDED, _C.PERSON),
)

ENDED = frozenset({State.COMPLETED, State.REFUSED, State.EXPIRED, State.VOIDED})
"""States that nothing leaves."""

EVENTS = {state: EventType(f"madoguchi.issuance.{state.value}.v1") for state in State}
"""The event of entering each state."""

_TABLE = {(t.source, t.target, t.cause): t for t in TRANSITIONS}


class NotAllowed(Exception):
    """The table has no such transition."""


def transition(source: State | None, target: State, cause: Cause) -> Transition:
    """Return the row of the table.

    Raises:
        NotAllowed: there is none.

    """
    found = _TABLE.get((source, target, cause))
    if found is None:
        raise NotAllowed(f"{source} → {target} by {cause}")
    return found


def may_move(source: State | None, target: State, cause: Cause) -> bool:
    """Tell whether the table has this transition."""
    return (source, target, cause) in _TABLE


def mermaid() -> str:
    """Draw the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    for row in TRANSITIONS:
        source = row.source.value if row.source is not None else "[*]"
        guard = "" if row.guard is Guard.NONE else f" [{row.guard.value}]"
        lines.append(f"    {source} --> {row.target.value}: {row.cause.value}{guard}")
    lines.extend(f"    {state.value} --> [*]" for state in State if state in ENDED)
    return "\n".join(lines) + "\n"

"""Quarantines that nobody decided, and decisions that nobody had to take."""

from uuid import uuid4

import pytest
from checker.fault import FaultName
from checker.testing import Planted
from madoguchi_wire.events import AuditEvent, EventType

N = FaultName
OURS = {N.DECISION_MISSING, N.DECISION_UNTRUE}
WHO = "an operator"


def _held(events: list[AuditEvent], state: EventType, by: str | None) -> list[AuditEvent]:
    """Return the events of a paper that was held before it ended, by whose word."""
    *others, end = events
    data = {key: value for key, value in end.data.items() if not key.startswith("report")}
    name = state.value.split(".")[2]
    held = {"id": str(uuid4()), "type": state, "data": data | {"state": name}}
    told = end.data if by is None else data | {"decided_by": by}
    return [*others, end.model_copy(update=held), end.model_copy(update={"data": told})]


def _decided(planted: Planted, issuance: str, state: str = "completed", by: str = WHO) -> None:
    planted.sql(
        """
        INSERT INTO decisions (issuance_id, state, decided_by, reason)
        VALUES ($1::text::uuid, $2, $3, 'a test')
        """,
        issuance,
        state,
        by,
    )


def _ours(planted: Planted) -> dict[FaultName, set[str]]:
    return {name: where for name, where in planted.found().items() if name in OURS}


@pytest.mark.parametrize(
    ("state", "missing"),
    [(EventType.ISSUANCE_QUARANTINED, True), (EventType.ISSUANCE_IN_DOUBT, False)],
)
def test_a_report_ends_what_is_in_doubt_and_never_a_quarantine(
    planted: Planted, state: EventType, *, missing: bool
) -> None:
    issuance = planted.issuance()
    planted.rewrite_events(issuance, lambda events: _held(events, state, None))
    assert _ours(planted) == ({N.DECISION_MISSING: {issuance}} if missing else {})


def test_a_named_person_ends_a_quarantine(planted: Planted) -> None:
    issuance = planted.issuance()
    held = EventType.ISSUANCE_QUARANTINED
    planted.rewrite_events(issuance, lambda events: _held(events, held, WHO))
    _decided(planted, issuance)
    assert _ours(planted) == {}
    _decided(planted, issuance, "voided")
    assert _ours(planted) == {N.DECISION_UNTRUE: {issuance}}
    planted.sql("DELETE FROM decisions")
    _decided(planted, issuance, by="another")
    assert _ours(planted) == {N.DECISION_UNTRUE: {issuance}}


def test_a_decision_of_what_nobody_had_to_decide_switches_no_check_off(planted: Planted) -> None:
    issuance = planted.issuance()
    _decided(planted, issuance)
    assert planted.found() == {N.DECISION_UNTRUE: {issuance}}
    planted.sql(
        "DELETE FROM reports WHERE issuance_id = $1::text::uuid AND event = 'completed'", issuance
    )
    assert planted.found()[N.REPORT_MISSING] == {issuance}

"""Events that say something else than books, attestation and reports, each lie found by its name.

Digests and stream would fit, for whoever can write the outbox can write them. So only the events
that were read are changed here.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from checker.checks.contents import check_contents
from checker.checks.events import parsed_event
from checker.evidence.evidence import Evidence, gather
from checker.evidence.rows import OutboxRow
from checker.testing import Planted
from madoguchi_wire.events import AuditEvent, EventType

T = EventType
Change = Callable[[AuditEvent], AuditEvent]
EVERY = (
    *("issuance", "municipality", "kind", "terminal", "site", "chain", "place", "copy_number"),
    *("fee", "tariff_version", "configuration_version", "state"),
)
OWN = {
    T.ISSUANCE_ACCEPTED: ("order",),
    T.ISSUANCE_PREPARED: (
        *("attestation_sha256", "document_sha256", "ciphertext_sha256", "pages", "build"),
        *("templates", "fonts", "records_version_sha256"),
    ),
    T.ISSUANCE_DELIVERED: (),
    T.ISSUANCE_PAID: ("report", "report_sequence"),
    T.ISSUANCE_COMPLETED: ("report", "report_sequence"),
}


@pytest.fixture
def evidence(planted: Planted) -> Evidence:
    return asyncio.run(gather(planted.installation, []))


def _found(evidence: Evidence) -> set[tuple[str, str]]:
    return {(fault.where, fault.what) for fault in check_contents(evidence)}


def _with(evidence: Evidence, issuance: str, kind: EventType, change: Change) -> Evidence:
    """Return the evidence with one event of an issuance changed."""

    def changed(row: OutboxRow) -> OutboxRow:
        event = parsed_event(row.canonical)
        if event is None or (row.subject, row.type) != (issuance, kind):
            return row
        other = change(event)
        return replace(row, type=other.type.value, canonical=other.canonical())

    outbox = tuple(map(changed, evidence.books.outbox))
    return replace(evidence, books=replace(evidence.books, outbox=outbox))


def _saying(**told: object) -> Change:
    return lambda event: event.model_copy(update={"data": event.data | told})


def test_each_field_of_each_event_is_held_against_what_it_tells_of(
    planted: Planted, evidence: Evidence
) -> None:
    issuance = planted.issuance()
    assert _found(evidence) == set()
    for kind, own in OWN.items():
        state = kind.value.split(".")[2]
        for field in (*EVERY, *own):
            lie = _with(evidence, issuance, kind, _saying(**{field: "another"}))
            assert _found(lie) == {(issuance, f"{field} of {state}")}


def test_the_problem_of_a_refusal_and_the_number_of_another_report(
    planted: Planted, evidence: Evidence
) -> None:
    refused = planted.sql("SELECT issuance_id::text FROM issuances WHERE state = 'refused'")[0][0]
    lie = _with(evidence, refused, T.ISSUANCE_REFUSED, _saying(problem="another"))
    assert _found(lie) == {(refused, "problem of refused")}
    issuance = planted.issuance()
    paid = planted.sql(
        "SELECT sequence FROM reports WHERE issuance_id = $1::text::uuid AND event = 'paid'",
        issuance,
    )[0][0]
    told = _saying(report_sequence=paid, report="paid")
    lie = _with(evidence, issuance, T.ISSUANCE_COMPLETED, told)
    assert _found(lie) == {(issuance, "report_sequence of completed")}


@pytest.mark.parametrize(
    ("told", "field"),
    [({}, None), ({"money": "kept"}, "money"), ({"reason": "cancelled"}, "reason")],
)
def test_why_a_paper_is_void_and_what_became_of_the_money(
    planted: Planted, evidence: Evidence, told: dict[str, Any], field: str | None
) -> None:
    issuance = planted.issuance()
    void = {"state": "voided", "void_reason": "decided", "money": "refunded"}
    rows = tuple(
        replace(one, **void) if one.issuance_id == issuance else one
        for one in evidence.books.issuances
    )
    changed = replace(evidence, books=replace(evidence.books, issuances=rows))

    def voided(event: AuditEvent) -> AuditEvent:
        data = {k: v for k, v in event.data.items() if not k.startswith("report")}
        data |= {"state": "voided", "decided_by": "an operator", "reason": "decided"}
        data |= {"money": "refunded"} | told
        return event.model_copy(update={"type": T.ISSUANCE_VOIDED, "data": data})

    lie = _with(changed, issuance, T.ISSUANCE_COMPLETED, voided)
    assert _found(lie) == ({(issuance, f"{field} of voided")} if field else set())


@pytest.mark.parametrize("kind", list(OWN))
def test_events_that_tell_another_time(
    planted: Planted, evidence: Evidence, kind: EventType
) -> None:
    issuance = planted.issuance()
    for by in (timedelta(minutes=5), timedelta(minutes=-5)):

        def moved(event: AuditEvent, by: timedelta = by) -> AuditEvent:
            return event.model_copy(update={"time": event.time + by})

        found = _found(_with(evidence, issuance, kind, moved))
        assert (issuance, f"time of {kind.value.split('.')[2]}") in found


def test_an_acceptance_is_told_to_the_millisecond(planted: Planted, evidence: Evidence) -> None:
    issuance = planted.issuance()

    def earlier(event: AuditEvent) -> AuditEvent:
        return event.model_copy(update={"time": event.time - timedelta(milliseconds=2)})

    found = _found(_with(evidence, issuance, T.ISSUANCE_ACCEPTED, earlier))
    assert found == {(issuance, "time of accepted")}

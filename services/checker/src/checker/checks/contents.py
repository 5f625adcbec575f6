"""What each event of an issuance says is what books, attestation and report say."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from madoguchi_wire.attestation import Attestation
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.events import AuditEvent, EventType
from madoguchi_wire.reports import Rejected, TerminalReport
from madoguchi_wire.signed import token_digest

from checker.checks.attestations import verified_attestations
from checker.checks.events import parsed_event, state_of
from checker.checks.reports import verified_reports
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Issuance, OutboxRow
from checker.fault import Fault, FaultName

_SAME = (
    *("municipality", "kind", "terminal", "site", "chain", "place", "copy_number", "fee"),
    *("channel", "commission", "tariff_version", "configuration_version"),
)
"""What every event of an issuance says."""
_PREPARED = ("document_sha256", "ciphertext_sha256", "pages")
_ATTESTED = ("build", "templates", "fonts")
_WITH_PROBLEM = frozenset({"refused", "expired", "quarantined"})
_BY_REPORT = frozenset({"paid", "completed", "voided"})
_MOMENTS = {
    **{name: f"{name}_at" for name in ("accepted", "prepared", "delivered", "paid")},
    **dict.fromkeys(("completed", "refused", "expired", "voided"), "ended_at"),
}
_ROUNDED = timedelta(milliseconds=1)
"""Events tell milliseconds."""
_CLOCKS = timedelta(minutes=1)
"""The row has the database's time, the event the gateway's a moment before: so far may they be
apart, with a clock that is off and a database that lets wait."""


def check_contents(evidence: Evidence) -> Iterator[Fault]:
    """Find events that say something else than the issuance, its attestation or its reports."""
    issuances = {issuance.issuance_id: issuance for issuance in evidence.books.issuances}
    trails: dict[str, list[OutboxRow]] = defaultdict(list)
    for row in sorted(evidence.books.outbox, key=lambda row: row.sequence):
        if row.subject in issuances:
            trails[row.subject].append(row)
    told = _Told(evidence)
    for where, trail in trails.items():
        for what in _differences(issuances[where], trail, told):
            yield Fault(name=FaultName.EVENT_DIFFERS, where=where, what=what)


class _Told:
    """What signed papers say, by issuance or by terminal and number."""

    def __init__(self, evidence: Evidence) -> None:
        self.attestations = verified_attestations(evidence)
        self.reports = {(one.terminal, one.sequence): one for one in verified_reports(evidence)}


def _differences(issuance: Issuance, trail: list[OutboxRow], told: _Told) -> Iterator[str]:
    state = ""
    moments: dict[str, list[datetime]] = defaultdict(list)
    last: datetime | None = None
    for row in trail:
        state, event = state_of(row) or state, parsed_event(row.canonical)
        if event is None:
            continue  # another check names it
        moments[state].append(event.time)
        if last is not None and event.time < last - _CLOCKS:
            yield f"time of {state}: before the one before it"
        last = event.time
        for field in _fields(issuance, event, state, told):
            yield f"{field} of {state}"
    yield from _times(issuance, moments)


def _fields(issuance: Issuance, event: AuditEvent, state: str, told: _Told) -> Iterator[str]:
    expected: dict[str, object] = {name: getattr(issuance, name) for name in _SAME}
    expected |= {"issuance": issuance.issuance_id, "state": state}
    expected["test"] = True if issuance.test else None
    is_step = event.type is not EventType.REPORT_KEPT
    if is_step:
        expected |= _of_step(issuance, state, told.attestations.get(issuance.issuance_id))
    must_say = state if is_step and state in _BY_REPORT else None
    expected |= _of_report(issuance, event, told, must_say)
    for name, value in expected.items():
        if event.data.get(name) != value:
            yield name


def _of_step(issuance: Issuance, state: str, attestation: Attestation | None) -> dict[str, object]:
    if state == "accepted":
        return {"order": issuance.order_id}
    if state == "voided":
        return {"reason": issuance.void_reason, "money": issuance.money}
    if state in _WITH_PROBLEM:
        return {"problem": issuance.problem}
    if state != "prepared":
        return {}
    found: dict[str, object] = {name: getattr(issuance, name) for name in _PREPARED}
    found["attestation_sha256"] = token_digest(issuance.attestation or "")
    if attestation is not None:
        version = sha256_hex(attestation.records_version.encode())
        found |= {name: getattr(attestation, name) for name in _ATTESTED}
        found["records_version_sha256"] = version
    return found


def _of_report(
    issuance: Issuance, event: AuditEvent, told: _Told, must_say: str | None
) -> dict[str, object]:
    number, is_decided = event.data.get("report_sequence"), "decided_by" in event.data
    if number is None:
        return {"report_sequence": "one"} if must_say and not is_decided else {}
    report = told.reports.get((issuance.terminal, number))
    if report is None or report.issuance != issuance.issuance_id:
        return {"report_sequence": "one of this terminal about it"}
    said = report.body.event
    if must_say not in (None, said):
        return {"report_sequence": "one that says so"}
    return {"report": said} | _of_body(report)


def _of_body(report: TerminalReport) -> dict[str, object]:
    if not isinstance(report.body, Rejected):
        return {}
    return {
        "attestation_sha256": report.body.attestation_sha256,
        "ciphertext_sha256": report.body.ciphertext_sha256,
    }


def _times(issuance: Issuance, moments: dict[str, list[datetime]]) -> Iterator[str]:
    """Compare each moment of the row with the first event that says its state."""
    for state, name in _MOMENTS.items():
        moment = getattr(issuance, name)
        if moment is None or state not in moments:
            continue
        # As it is accepted, row and event get one value, or the row the database's if that is less.
        after = _ROUNDED if state == "accepted" else _CLOCKS
        if not -_CLOCKS <= moment - moments[state][0] < after:
            yield f"time of {state}"

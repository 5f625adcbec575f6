"""The table of transitions: each row, the guard of each row, and the words that judge it."""

from gateway.issuances.life import TRANSITIONS, Transition
from gateway.issuances.life import Guard as Condition

from proofs.guards.guard import Cut, Guard

LIFE = "gateway/src/gateway/issuances/life.py"
MOVING = "gateway/src/gateway/issuances/moving.py"
_TESTS = "gateway/tests/issuances"
_MOVING = f"{_TESTS}/test_moving.py"
_TAKEN = f"{_MOVING}::test_a_row_is_taken_only_while_its_guard_holds"
_PLAIN = f"{_MOVING}::test_a_row_without_a_guard_is_taken_at_any_time"
_EXPIRES = f"{_MOVING}::test_nothing_expires_before_its_deadline"
_STOPPED = f"{_MOVING}::test_nothing_is_released_while_it_is_stopped"
_FLOW = f"{_TESTS}/test_the_main_flow.py"
_SOLD = f"{_FLOW}::test_a_paper_is_prepared_delivered_paid_completed_metered_and_booked"
_LIES = f"{_TESTS}/test_adapters_that_fail_or_lie.py"

ROWS = {
    "begin-accepted-order": f"{_TESTS}/test_life.py::test_the_table_is_the_designs",
    "accepted-prepared-adapter": _SOLD,
    "accepted-refused-adapter": (
        f"{_LIES}::test_a_refusal_of_the_municipality_is_passed_on_in_our_words"
    ),
    "accepted-expired-deadline": f"{_EXPIRES}[accepted]",
    "prepared-expired-deadline": f"{_EXPIRES}[prepared]",
    "prepared-delivered-delivery": f"{_TAKEN}[prepared-delivered]",
    "delivered-paid-report": _SOLD,
    "paid-completed-report": _SOLD,
    "delivered-voided-report": f"{_PLAIN}[delivered-voided-report]",
    "paid-voided-report": f"{_FLOW}::test_a_paid_paper_that_did_not_come_out_is_void",
    "delivered-in_doubt-deadline": f"{_TAKEN}[delivered-in_doubt]",
    "paid-in_doubt-deadline": f"{_TAKEN}[paid-in_doubt]",
    "in_doubt-completed-report": f"{_TAKEN}[in_doubt-completed-report]",
    "in_doubt-voided-report": f"{_PLAIN}[in_doubt-voided-report]",
    "in_doubt-completed-person": f"{_TAKEN}[in_doubt-completed-person]",
    "in_doubt-voided-person": f"{_PLAIN}[in_doubt-voided-person]",
    "accepted-quarantined-mismatch": f"{_LIES}::test_an_attestation_by_another_key_is_quarantined",
    "prepared-quarantined-mismatch": (
        "gateway/tests/stops/test_mismatches.py"
        "::test_what_another_worker_has_prepared_meanwhile_is_quarantined_all_the_same"
    ),
    "delivered-quarantined-mismatch": (
        f"{_TESTS}/test_deadlines_and_crashes.py"
        "::test_a_rejected_document_is_quarantined_and_reports_change_nothing_more"
    ),
    "paid-quarantined-mismatch": f"{_PLAIN}[paid-quarantined-mismatch]",
    "in_doubt-quarantined-mismatch": f"{_PLAIN}[in_doubt-quarantined-mismatch]",
    "quarantined-completed-person": f"{_TAKEN}[quarantined-completed]",
    "quarantined-voided-person": f"{_PLAIN}[quarantined-voided-person]",
}
"""What fails if a row is missing."""
CONDITIONS = {
    "accepted-prepared-adapter": f"{_TAKEN}[accepted-prepared]",
    "accepted-expired-deadline": f"{_EXPIRES}[accepted]",
    "prepared-expired-deadline": f"{_EXPIRES}[prepared]",
    "prepared-delivered-delivery": f"{_TAKEN}[prepared-delivered]",
    "delivered-paid-report": f"{_STOPPED}[delivered-paid-the municipality]",
    "delivered-in_doubt-deadline": f"{_TAKEN}[delivered-in_doubt]",
    "paid-in_doubt-deadline": f"{_TAKEN}[paid-in_doubt]",
    "in_doubt-completed-report": f"{_TAKEN}[in_doubt-completed-report]",
    "in_doubt-completed-person": f"{_TAKEN}[in_doubt-completed-person]",
    "quarantined-completed-person": f"{_TAKEN}[quarantined-completed]",
}
"""What fails if a row is there without its guard."""


def name_of(row: Transition) -> str:
    """Return a row's name in these lists."""
    source = row.source.value if row.source is not None else "begin"
    return f"{source}-{row.target.value}-{row.cause.name.lower()}"


def _spelt(row: Transition, *, guarded: bool = True) -> str:
    """Return a row as the table writes it."""
    source = f"_S.{row.source.name}" if row.source is not None else "None"
    parts = [source, f"_S.{row.target.name}", f"_C.{row.cause.name}"]
    if guarded and row.guard is not Condition.NONE:
        parts.append(f"_G.{row.guard.name}")
    return f"Transition({', '.join(parts)}),"


def _rows() -> list[Guard]:
    return [
        Guard(
            f"gateway.row.{name_of(row)}",
            "§4 life",
            (Cut(LIFE, _spelt(row), ""),),
            (ROWS[name_of(row)],),
        )
        for row in TRANSITIONS
        if name_of(row) in ROWS
    ]


def _guards_of_rows() -> list[Guard]:
    return [
        Guard(
            f"gateway.guard.{name_of(row)}",
            "§4 life",
            (Cut(LIFE, _spelt(row), _spelt(row, guarded=False)),),
            (CONDITIONS[name_of(row)],),
        )
        for row in TRANSITIONS
        if name_of(row) in CONDITIONS
    ]


def _judged(name: str, old: str, new: str, test: str) -> Guard:
    return Guard(f"gateway.judged.{name}", "§4 life", (Cut(MOVING, old, new),), (test,))


JUDGED = (
    _judged(
        "before_deadline",
        "WHEN 'before its deadline' THEN deadline > madoguchi_now()",
        "WHEN 'before its deadline' THEN true",
        f"{_TAKEN}[accepted-prepared]",
    ),
    _judged(
        "before_deadline_not_stopped.deadline",
        "THEN deadline > madoguchi_now() AND NOT {_STOPPED}",
        "THEN NOT {_STOPPED}",
        f"{_TAKEN}[prepared-delivered]",
    ),
    _judged(
        "before_deadline_not_stopped.stop",
        "THEN deadline > madoguchi_now() AND NOT {_STOPPED}",
        "THEN deadline > madoguchi_now()",
        f"{_STOPPED}[prepared-delivered-the municipality]",
    ),
    _judged(
        "not_stopped",
        "WHEN 'nothing is stopped' THEN NOT {_STOPPED}",
        "WHEN 'nothing is stopped' THEN true",
        f"{_STOPPED}[delivered-paid-the municipality]",
    ),
    _judged(
        "not_stopped.path",
        "(stops.terminal IS NULL OR stops.terminal = issuances.terminal)",
        "stops.terminal IS NULL",
        f"{_STOPPED}[delivered-paid-the path to the terminal]",
    ),
    _judged(
        "after_deadline",
        "WHEN 'after its deadline' THEN deadline <= madoguchi_now()",
        "WHEN 'after its deadline' THEN true",
        f"{_EXPIRES}[prepared]",
    ),
    _judged(
        "after_report_deadline",
        "WHEN 'after the deadline for reports' THEN report_deadline <= madoguchi_now()",
        "WHEN 'after the deadline for reports' THEN true",
        f"{_TAKEN}[paid-in_doubt]",
    ),
    _judged(
        "was_paid",
        "WHEN 'paid had been reported' THEN paid_at IS NOT NULL",
        "WHEN 'paid had been reported' THEN true",
        f"{_TAKEN}[quarantined-completed]",
    ),
    _judged(
        "as-it-was-read",
        "AND state = $4 AND event_sequence = $6",
        "AND $6::int IS NOT NULL",
        f"{_MOVING}::test_what_has_moved_since_it_was_read_is_not_moved[voided]",
    ),
    _judged(
        "as-it-was-read.sequence",
        "AND event_sequence = $6",
        "AND $6::int IS NOT NULL",
        f"{_MOVING}::test_what_has_moved_since_it_was_read_is_not_moved[delivered]",
    ),
)
"""The words of the statement that moves, by the guard of the table that they judge."""
GUARDS = (*_rows(), *_guards_of_rows(), *JUDGED)

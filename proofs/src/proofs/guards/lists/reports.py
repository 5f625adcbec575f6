"""Delivery and reports: what a terminal is given, and what its reports may do."""

from proofs.guards.guard import Cut, Guard, holds, never

_ISSUANCES = "gateway/src/gateway/issuances"
DECIDING = f"{_ISSUANCES}/deciding.py"
DELIVERY = f"{_ISSUANCES}/delivery.py"
OUTCOMES = f"{_ISSUANCES}/outcomes.py"
REPORTING = f"{_ISSUANCES}/reporting.py"
JUDGING = f"{_ISSUANCES}/rules/reporting.py"
ROWS = f"{_ISSUANCES}/rows.py"
_TESTS = "gateway/tests"
_DEADLINES = f"{_TESTS}/issuances/test_deadlines_and_crashes.py"
_DECISIONS = f"{_TESTS}/issuances/test_decisions.py"
_REPEATS = f"{_TESTS}/issuances/test_repeats_and_races.py"
_REPORTS = f"{_TESTS}/issuances/test_what_a_report_does.py"
_FLOW = f"{_TESTS}/issuances/test_the_main_flow.py"


def _one(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"gateway.{name}", design, (cut,), (test,))


_LIFE = (
    _one(
        "life.own-issuance",
        "§4 life",
        Cut(
            ROWS,
            '_FIND = f"SELECT {COLUMNS} FROM issuances WHERE issuance_id = $1 AND terminal = $2"',
            '_FIND = f"SELECT {COLUMNS} FROM issuances WHERE issuance_id = $1 AND $2 = $2"',
        ),
        f"{_FLOW}::test_a_terminal_sees_its_own_issuances_only",
    ),
    _one(
        "life.own-document",
        "§4 life",
        Cut(
            ROWS,
            "    FROM issuances WHERE issuance_id = $1 AND terminal = $2\n",
            "    FROM issuances WHERE issuance_id = $1 AND $2 = $2\n",
        ),
        f"{_FLOW}::test_a_terminal_sees_its_own_issuances_only",
    ),
    _one(
        "life.document.state",
        "§4 life",
        never(
            DELIVERY,
            "issuance.state is not State.PREPARED and issuance.state not in _REPEATABLE",
        ),
        f"{_DEADLINES}::test_a_rejected_document_is_quarantined_and_reports_change_nothing_more",
    ),
    _one(
        "life.document.given-up",
        "§4 life",
        never(DELIVERY, "await was_voided_before(gateway, issuance)"),
        f"{_REPEATS}::test_what_its_terminal_gave_up_is_not_delivered_any_more",
    ),
    _one(
        "life.completed.without-go",
        "§4 life",
        never(
            JUDGING,
            "known.state is State.DELIVERED or"
            " (known.state is State.IN_DOUBT and not known.was_paid)",
        ),
        f"{_REPORTS}::test_what_cannot_be_is_kept_and_a_person_is_called",
    ),
    _one(
        "life.completed.ended",
        "§4 life",
        never(JUDGING, "known.state in (State.VOIDED, State.EXPIRED, State.REFUSED)"),
        f"{_REPORTS}::test_what_cannot_be_is_kept_and_a_person_is_called",
    ),
    _one(
        "life.voided.completed",
        "§4 life",
        never(JUDGING, "known.state is State.COMPLETED"),
        f"{_REPEATS}::test_a_report_against_the_end_calls_a_person",
    ),
    _one(
        "life.go.once",
        "§4 life",
        Cut(
            REPORTING,
            "go = paid and issuance.state is State.PAID and may_release(gateway, issuance)",
            "go = paid and may_release(gateway, issuance)",
        ),
        f"{_REPEATS}::test_a_go_is_not_given_again_once_something_else_happened",
    ),
    _one(
        "life.go.printed-before",
        "§4 life",
        Cut(
            REPORTING,
            "was.event_sequence > EVENTS_UNTIL_DELIVERED and",
            "was.event_sequence < 0 and",
        ),
        f"{_REPEATS}::test_reports_come_in_any_order_and_gaps_are_allowed",
    ),
    _one(
        "report.own-terminal",
        "§2 reports of a terminal are by the terminal's own key",
        never(REPORTING, "report.terminal != terminal.terminal"),
        f"{_DEADLINES}::test_a_report_of_another_terminal_or_key_is_refused",
    ),
    _one(
        "report.signature",
        "§2 reports of a terminal are by the terminal's own key",
        Cut(
            "wire/src/madoguchi_wire/reports.py",
            "report = TerminalReport.verified(token, key)",
            "report = claimed",
        ),
        "wire/tests/test_reports.py::test_no_other_key_reports_for_a_terminal",
    ),
    _one(
        "report.sequence",
        "§2 reports: a sequence number per terminal, accepted once",
        never(REPORTING, "earlier is None or earlier.token != kept.token"),
        f"{_REPEATS}::test_a_report_number_is_used_once",
    ),
    _one(
        "life.document.lost",
        "§4 life",
        never(DELIVERY, "ciphertext is None or issuance.attestation is None"),
        f"{_DEADLINES}::test_a_lost_document_is_said_to_be_lost",
    ),
    _one(
        "life.document.moved-meanwhile",
        "§4 life",
        never(DELIVERY, "state not in _REPEATABLE"),
        f"{_DEADLINES}::test_a_document_whose_deadline_passes_while_it_is_fetched_stays_here",
    ),
    _one(
        "report.number",
        "§2 reports: a sequence number per terminal, accepted once",
        never(REPORTING, "report.sequence > _LARGEST_SEQUENCE"),
        f"{_DEADLINES}::test_a_report_of_another_terminal_or_key_is_refused",
    ),
    _one(
        "report.issuance-spelling",
        "§2 reports of a terminal are by the terminal's own key",
        never(REPORTING, "str(issuance) != text"),
        f"{_DEADLINES}::test_a_report_of_another_terminal_or_key_is_refused",
    ),
)
_GO = (
    _one(
        "life.go.stopped",
        "§4 life",
        Cut(
            REPORTING,
            "go = paid and issuance.state is State.PAID and may_release(gateway, issuance)",
            "go = paid and issuance.state is State.PAID",
        ),
        f"{_REPEATS}::test_a_go_is_not_given_again_while_its_municipality_is_stopped",
    ),
    _one(
        "life.go.new",
        "§4 life",
        Cut(
            REPORTING,
            "step.target is not State.PAID or was.state is State.PAID",
            "step.target is not State.PAID",
        ),
        f"{_REPEATS}::test_only_the_report_that_was_paid_gets_the_go",
    ),
    _one(
        "life.go.completed-before",
        "§4 life",
        Cut(
            REPORTING,
            "        paid\n        and issuance.state",
            "        False\n        and issuance.state",
        ),
        f"{_REPEATS}::test_a_go_that_is_asked_for_again_finds_what_was_completed_before",
    ),
)
_ENDS = (
    _one(
        "outcome.as-told",
        "§3 the outcome is repeated until acknowledged",
        Cut(OUTCOMES, " AND outcome = told.said", ""),
        f"{_DECISIONS}::test_what_a_person_decides_while_a_city_acknowledges_is_told_again",
    ),
    _one(
        "outcome.acknowledged.issuance",
        "§3 the outcome is repeated until acknowledged",
        Cut(
            OUTCOMES,
            "(answer.issuance, answer.outcome) == (statement.issuance, statement.outcome)",
            "answer.outcome == statement.outcome",
        ),
        f"{_DECISIONS}::test_the_acknowledgement_of_something_else_is_none[other0]",
    ),
    _one(
        "outcome.acknowledged.outcome",
        "§3 the outcome is repeated until acknowledged",
        Cut(
            OUTCOMES,
            "(answer.issuance, answer.outcome) == (statement.issuance, statement.outcome)",
            "answer.issuance == statement.issuance",
        ),
        f"{_DECISIONS}::test_the_acknowledgement_of_something_else_is_none[other1]",
    ),
    _one(
        "decided.moved",
        "§3 left only by a named person",
        Cut(
            DECIDING, "not await move(connection, ending)", "await move(connection, ending) is None"
        ),
        f"{_DECISIONS}::test_a_paper_that_was_never_paid_cannot_be_completed",
    ),
)
_FLOOD = (
    _one(
        "report.cash-counts",
        "§5 garbage cannot fill the trail",
        never(REPORTING, "not gateway.failures.may_report_machine(terminal, gateway.clock.now())"),
        f"{_TESTS}/audit/test_backlogs.py"
        "::test_reports_and_keys_of_one_terminal_add_a_handful_of_events_a_minute",
    ),
    _one(
        "report.kept",
        "§5 garbage cannot fill the trail",
        never(
            REPORTING,
            "changes_nothing and not gateway.failures.may_keep_report("
            "terminal, gateway.clock.now())",
        ),
        f"{_TESTS}/audit/test_backlogs.py"
        "::test_reports_of_one_terminal_that_change_nothing_are_kept_up_to_a_number_a_minute",
    ),
    _one(
        "report.kept.again",
        "§3 the same report gets the same answer",
        holds(
            REPORTING,
            "await gateway.pool.fetchrow(_KNOWN, report.terminal, report.sequence) is None",
        ),
        f"{_TESTS}/audit/test_backlogs.py"
        "::test_reports_of_one_terminal_that_change_nothing_are_kept_up_to_a_number_a_minute",
    ),
    _one(
        "report.reused.called",
        "§3 calls a person",
        never(REPORTING, "gateway.failures.has_own_alarm(terminal, alarm, gateway.clock.now())"),
        f"{_REPEATS}::test_a_report_number_is_used_once",
    ),
    _one(
        "report.reused.merged",
        "§5 garbage cannot fill the trail",
        holds(REPORTING, "gateway.failures.has_own_alarm(terminal, alarm, gateway.clock.now())"),
        f"{_TESTS}/audit/test_backlogs.py"
        "::test_reports_and_keys_of_one_terminal_add_a_handful_of_events_a_minute",
    ),
)
GUARDS = (*_LIFE, *_GO, *_ENDS, *_FLOOD)

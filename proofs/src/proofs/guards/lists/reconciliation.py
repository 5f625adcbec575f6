"""Reconciliation: what one party spoils is named, by each of its rules alone."""

from proofs.guards.guard import Cut, Guard, holds, never

_ROOM = "services/checker/src/checker/reconciliation"
COMPARING, PARTIES, DUES = f"{_ROOM}/comparing.py", f"{_ROOM}/parties.py", f"{_ROOM}/dues.py"
BOOKED, STATED = f"{_ROOM}/booked.py", f"{_ROOM}/stated.py"
FACTS = f"{_ROOM}/facts.py"
ARRIVED = f"{_ROOM}/arrived.py"
COUNTED = f"{_ROOM}/counted.py"
DRAWERS, PAID_IN, OWED = f"{_ROOM}/drawers.py", f"{_ROOM}/paid_in.py", f"{_ROOM}/owed.py"
REPORTS = "services/checker/src/checker/checks/reports.py"
_TESTS = "services/checker/tests/reconciliation"
_SPOILED = (
    f"{_TESTS}/test_any_spoiled_party.py::test_what_one_party_spoils_is_named_and_nothing_else"
)
_LATE = f"{_TESTS}/test_any_spoiled_party.py"
_ARRIVALS = f"{_LATE}::test_what_did_not_arrive_or_was_not_recorded_is_named_by_machine_and_day"
_SKIMMING = f"{_TESTS}/test_skimming.py"
_ALIKE = "§8 all parties tell the same papers and yen, or each difference is named"
_OWED = "§8 what was delivered and later voided is owed until it is explained"


def _of(name: str, cut: Cut, test: str, design: str = _ALIKE) -> Guard:
    return Guard(f"checker.reconcile.{name}", design, (cut,), (test,))


GUARDS = (
    _of(
        "lacks",
        never(COMPARING, "excuse(party, paper.issuance, sources) is None"),
        f"{_SPOILED}[a_lost_event]",
    ),
    _of(
        "more",
        Cut(COMPARING, "yield _more(party, one, sources, twice=one.issuance in completed)", "pass"),
        f"{_SPOILED}[a_bill_for_nothing]",
    ),
    _of(
        "yen",
        Cut(COMPARING, "elif one.yen != paper.yen:", "elif False:"),
        f"{_SPOILED}[a_dearer_record]",
    ),
    _of(
        "elsewhere",
        never(COMPARING, "(one.day, one.municipality) != (paper.day, paper.municipality)"),
        f"{_SPOILED}[a_record_of_another_day]",
    ),
    _of(
        "stated",
        never(STATED, "paper.period not in billing.periods | following | _own(paper)"),
        f"{_SPOILED}[a_bill_in_a_far_month]",
    ),
    *(
        _of(
            f"facts.{party}",
            Cut(FACTS, f"    Party.{party.upper()}: _{party},\n", ""),
            f"{_LATE}::test_a_fact_that_is_another_than_the_events_have_published_is_named",
        )
        for party in ("metered", "billed", "audited")
    ),
    _of(
        "facts.differ",
        Cut(FACTS, "    if other:", "    if False:"),
        f"{_LATE}::test_a_fact_that_is_another_than_the_events_have_published_is_named",
    ),
    *(
        _of(f"booked.{name}", cut, f"{_SPOILED}[{test}]")
        for name, cut, test in (
            ("lacks", never(BOOKED, "yen > 0"), "a_lost_row_of_the_ledger"),
            ("more", never(BOOKED, "movement is None"), "an_invented_row_of_the_ledger"),
            (
                "yen",
                Cut(BOOKED, "elif row.yen != yen:", "elif False:"),
                "a_dearer_row_of_the_ledger",
            ),
            (
                "accounts",
                Cut(
                    BOOKED,
                    "elif (row.debit_account, row.credit_account) != (debit, credit):",
                    "elif False:",
                ),
                "a_fee_booked_to_somebody_else",
            ),
            (
                "elsewhere",
                never(
                    BOOKED,
                    "(row.accepted_on, row.municipality)"
                    " != (known.accepted_on, known.municipality)",
                ),
                "a_row_of_another_day",
            ),
        )
    ),
    _of(
        "own-terminal",
        Cut(PARTIES, "issuance.terminal == report.terminal and ", ""),
        f"{_SPOILED}[a_report_by_another_machine]",
    ),
    _of(
        "signed",
        Cut(
            REPORTS,
            "report = verified_report(kept.token, keys, kept.received_at)",
            "from madoguchi_wire.signed import unverified_payload\n"
            "        report = TerminalReport.parsed(unverified_payload(kept.token))",
        ),
        f"{_SKIMMING}::test_a_billed_paper_that_no_terminal_signed_for",
    ),
    _of(
        "coins",
        Cut(DRAWERS, "if count.difference != before", "if False"),
        f"{_SPOILED}[coins_in_a_pocket]",
    ),
    _of(
        "arrived",
        Cut(ARRIVED, "if yen < 0 or", "if"),
        _ARRIVALS,
    ),
    _of(
        "passed-over",
        Cut(ARRIVED, " or one.day < recorded[one.terminal]", ""),
        _ARRIVALS,
    ),
    _of(
        "sum",
        Cut(PAID_IN, "and purse.paid != purse.due(purse.known)", "and False"),
        f"{_SPOILED}[one_wrong_pay_in]",
    ),
    _of(
        "late",
        Cut(DUES, "return today >= date(", "return date.max == date("),
        f"{_LATE}::test_whatever_is_still_missing_is_late_when_the_next_month_is_over",
    ),
    _of(
        "counted.late",
        never(COUNTED, "is_due(entered_on(one), sources.today)", after="def _late("),
        f"{_LATE}::test_whatever_is_still_missing_is_late_when_the_next_month_is_over",
    ),
    _of(
        "paid-in.late",
        never(PAID_IN, "purse.due(late) > 0"),
        f"{_LATE}::test_whatever_is_still_missing_is_late_when_the_next_month_is_over",
    ),
    _of(
        "paid-in.passed-over",
        Cut(
            PAID_IN,
            " or (self.passed_on is not None and entered < self.passed_on)",
            "",
        ),
        f"{_LATE}::test_a_day_that_a_chain_passed_over_is_late",
    ),
    _of(
        "claims.lacks",
        never(OWED, "where not in billing.claimed and _is_closed(one, sources)"),
        f"{_SPOILED}[a_claim_that_nobody_makes]",
        _OWED,
    ),
    _of(
        "claims.more",
        never(OWED, "issuance is not None"),
        f"{_SPOILED}[a_claim_for_a_paper_that_counts]",
        _OWED,
    ),
    _of(
        "not-explained",
        never(OWED, "where not in explained(sources) and is_due(entered_on(one), sources.today)"),
        f"{_LATE}::test_whatever_is_still_missing_is_late_when_the_next_month_is_over",
        _OWED,
    ),
    _of(
        "owed",
        Cut(OWED, 'one.state == "voided" and one.delivered_at is not None', "False"),
        f"{_LATE}::test_honest_parties_are_reconciled_and_every_row_adds_up",
        _OWED,
    ),
    _of(
        "explained",
        holds(OWED, "one.issuance_id not in explained(sources)"),
        f"{_SKIMMING}::test_a_paper_that_came_out_and_is_reported_void_is_owed_until_explained",
        _OWED,
    ),
)

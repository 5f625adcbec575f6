"""What billing closes and states: once over, in order, explained, and from whose contracts."""

from proofs.guards.guard import Cut, Guard, gone, never

_ROOM = "services/billing/src/billing"
CALENDAR, CLOSE = f"{_ROOM}/closing/calendar.py", f"{_ROOM}/closing/close.py"
EXPLAINING, CLAIMING = f"{_ROOM}/closing/explaining.py", f"{_ROOM}/closing/claiming.py"
SETTING_OFF, PERIOD_END = f"{_ROOM}/closing/setting_off.py", f"{_ROOM}/closing/period_end.py"
TAXES, TAX = f"{_ROOM}/closing/taxes.py", f"{_ROOM}/rules/tax.py"
PERIODS, TAKING = f"{_ROOM}/rules/periods.py", f"{_ROOM}/closing/taking.py"
STATING, INVOICE = f"{_ROOM}/statements/making.py", f"{_ROOM}/invoices/invoice.py"
INVOICING, CHECKING = f"{_ROOM}/invoices/making.py", f"{_ROOM}/checking/check.py"
_TESTS = "services/billing/tests"
_CLOSE = f"{_TESTS}/closing/test_close.py"
_OVER = f"{_CLOSE}::test_nothing_is_closed_before_it_is_over_in_japan"
_DAYS = f"{_CLOSE}::test_days_follow_each_other_and_are_closed_once"
_MONTHS = f"{_CLOSE}::test_months_follow_each_other_and_take_their_open_days"
_MARCH = f"{_CLOSE}::test_a_late_march_paper_is_its_fiscal_years_until_31_may"
_UNEXPLAINED = f"{_CLOSE}::test_what_the_ledger_does_not_explain_is_not_closed"
_SINCE = f"{_CLOSE}::test_what_ended_after_its_close_is_held_against_the_ledger_by_the_next"
_MOVED = f"{_CLOSE}::test_a_paper_that_was_moved_to_a_far_period_stops_the_next_close"
_CHANGED = f"{_CLOSE}::test_a_paper_whose_bill_was_changed_stops_what_is_made_of_it"
_TWICE = f"{_CLOSE}::test_a_paper_that_is_metered_under_two_days_is_named"
_CLAIMED = f"{_CLOSE}::test_delivered_then_voided_is_claimed_when_its_day_is_closed"
_PERIODS = f"{_TESTS}/rules/test_periods.py"
_SETTLED = f"{_PERIODS}::test_a_paper_is_settled_in_the_right_open_period"
_SET_OFF = (
    f"{_TESTS}/closing/test_setting_off.py"
    "::test_no_more_is_set_off_than_the_fees_that_chains_owe_where_the_contract_says_net"
)
_LEAVES = f"{_TESTS}/test_what_leaves_the_house.py"
_INVOICES = f"{_TESTS}/invoices/test_invoice.py"
_IN_ORDER, _LATE = "§8 closes a day and a month", "§8 late entries go to the right open period"
_BALANCES = "§8 no statement from a ledger that does not balance"
_OWED, _ONCE = "§8 delivered and later voided is owed", "§8 tax is rounded once for each rate"
_NET = "§8 gross, and net where the contract says so"


def _of(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"billing.{name}", design, (cut,), (test,))


_CLOSED = (
    _of("day.over", _IN_ORDER, never(CALENDAR, "today <= day"), _OVER),
    _of("month.over", _IN_ORDER, never(CALENDAR, "today <= month.last_day"), _OVER),
    _of("late.over", _IN_ORDER, never(CALENDAR, "today <= late.last_day"), _MARCH),
    _of("day.in-order", _IN_ORDER, never(CALENDAR, "day > self.next_day"), _DAYS),
    _of("month.in-order", _IN_ORDER, never(CALENDAR, "month != wanted"), _MONTHS),
    _of("late.in-order", _IN_ORDER, never(CALENDAR, "march not in self.periods"), _MARCH),
    _of(
        "day.first-record",
        _IN_ORDER,
        never(CALENDAR, "day < self.next_day"),
        f"{_CLOSE}::test_the_first_close_is_that_of_the_first_record",
    ),
    _of(
        "late.not-forgotten",
        _LATE,
        never(CLOSE, "await connection.fetchval(_HAS_ENTRIES, str(late))"),
        _MARCH,
    ),
    _of("late.until", _LATE, Cut(PERIODS, "entered_on <= late.last_day and ", ""), _SETTLED),
    _of(
        "municipality.contract",
        "§8 unknown chain or account",
        gone(CLOSE, "office.check_municipality(one.municipality, one.accepted_on)"),
        f"{_CLOSE}::test_a_paper_of_a_day_without_a_contract_is_named",
    ),
    _of(
        "chain.contract",
        "§8 unknown chain or account",
        gone(CLOSE, "office.check_chain(one.chain)"),
        f"{_CLOSE}::test_nothing_is_closed_for_whom_has_no_contract",
    ),
)
_EXPLAINED = (
    *(
        _of(
            f"explained.{name}",
            _BALANCES,
            Cut(EXPLAINING, f") AS {name}", f") AS {name} WHERE false"),
            _UNEXPLAINED,
        )
        for name in ("missing", "excess", "unmetered", "invented")
    ),
    _of(
        "explained.tariff",
        _BALANCES,
        Cut(EXPLAINING, "commission,\n    tariff_version", "commission"),
        _UNEXPLAINED,
    ),
    _of(
        "explained.since",
        _BALANCES,
        Cut(CLOSE, ", *await not_taken(connection, first, last)]", "]"),
        _SINCE,
    ),
    _of(
        "billed.period",
        _BALANCES,
        gone(CLOSE, "await check_open(connection, calendar.periods)"),
        _MOVED,
    ),
    _of(
        "booked.period",
        _BALANCES,
        gone(CLOSE, "await _check_booked(connection, office.contracts, period)"),
        f"{_CLOSE}::test_what_somebody_booked_past_the_rules_stops_the_close_of_its_period",
    ),
    _of(
        "booked.occasion",
        _BALANCES,
        Cut(CLOSE, "*await occasion_faults(connection, of),", ""),
        f"{_CLOSE}::test_what_somebody_booked_past_the_rules_stops_the_close_of_its_period",
    ),
    _of(
        "checked.contract",
        _BALANCES,
        Cut(CHECKING, "*await contract_faults(connection, contracts),", ""),
        f"{_CLOSE}::test_what_a_contract_does_not_say_stops_the_close_and_is_named",
    ),
    _of(
        "booked.contract",
        _NET,
        Cut(CLOSE, "*await closing_faults(connection, contracts, period),", ""),
        f"{_CLOSE}::test_what_a_contract_does_not_say_stops_the_close_and_is_named",
    ),
    _of(
        "stated.metered",
        _BALANCES,
        gone(STATING, "await check_billed(connection, period)"),
        _CHANGED,
    ),
    _of(
        "invoiced.metered",
        _BALANCES,
        gone(INVOICING, "await check_billed(connection, period)"),
        _CHANGED,
    ),
    _of(
        "metered.once",
        _BALANCES,
        Cut(
            TAKING,
            "(m.issuance_id, m.municipality, m.accepted_on))",
            "(m.issuance_id, m.municipality, p.accepted_on))",
        ),
        _TWICE,
    ),
    _of(
        "stated.explained",
        _BALANCES,
        gone(STATING, "await _check_ledger(connection, period)"),
        f"{_CLOSE}::test_a_ledger_that_was_changed_after_the_close_is_stated_by_nothing",
    ),
    _of(
        "stated.contracts",
        "§8 unknown chain or account",
        gone(STATING, "await _check_contracts(connection, office, period)"),
        f"{_LEAVES}"
        "::test_whoever_has_papers_and_no_contract_any_more_is_named_and_left_out_of_nothing",
    ),
)
_CLAIMS = (
    _of(
        "claim",
        _OWED,
        Cut(CLAIMING, "state = 'voided' AND delivered_at", "state = 'expired' AND delivered_at"),
        _CLAIMED,
    ),
    _of(
        "claim.any-closed-day",
        _OWED,
        Cut(CLAIMING, "accepted_on <= $1 AND", "accepted_on = $1 AND"),
        f"{_CLOSE}::test_a_voided_paper_that_its_days_close_could_not_see_is_claimed_by_the_next",
    ),
    _of(
        "claim.own-machine",
        _OWED,
        never(CLAIMING, 'row["channel"] == Channel.CITY_MACHINE'),
        f"{_TESTS}/settlement/test_settling.py"
        "::test_a_claim_at_a_citys_own_machine_is_a_loss_of_its_own_that_nobody_pays",
    ),
)
_TAXED = (
    _of(
        "tax.once",
        _ONCE,
        Cut(
            TAXES,
            "parts[key] = Taxed(rate, total).tax - before",
            "parts[key] = Taxed(rate, yen).tax",
        ),
        f"{_TESTS}/closing/test_taxes.py::test_parts_sum_to_the_tax_of_each_invoice",
    ),
    _of(
        "tax.invoice",
        _ONCE,
        Cut(
            INVOICE,
            "tax=taxed.tax)",
            "tax=sum(Taxed(rate, one.yen).tax for one in lines if one.rate == rate))",
        ),
        f"{_INVOICES}"
        "::test_the_centre_writes_one_invoice_for_the_chains_that_leave_it_to_the_centre",
    ),
    _of(
        "tax.of-the-day",
        _ONCE,
        Cut(PERIOD_END, 'rate_on(row["accepted_on"])', "rate_on(office.today)"),
        f"{_TESTS}/closing/test_period_end.py::test_the_tax_in_a_commission_is_that_of_the_papers_day",
    ),
    _of(
        "invoice.tax",
        _ONCE,
        never(INVOICING, "asked[code] != booked"),
        f"{_LEAVES}::test_invoices_are_of_the_suppliers_that_the_close_kept_whatever_contracts_say_since",
    ),
    _of(
        "invoice.qualified",
        "§8 qualified invoices",
        Cut(
            INVOICE,
            "supplier.number if billed.last_day >= QUALIFIED_FROM else None",
            "supplier.number",
        ),
        f"{_INVOICES}::test_an_invoice_is_qualified_from_october_2023_if_its_supplier_has_a_number",
    ),
)
_SET = (
    _of(
        "set-off.contract",
        _NET,
        Cut(SETTING_OFF, 'if contract.settlement == "net":', "if contract:"),
        _SET_OFF,
    ),
    _of(
        "set-off.no-more",
        _NET,
        Cut(
            SETTING_OFF,
            'min(sums["fees"], sums["commissions"], fees, commissions)',
            'min(sums["commissions"], commissions)',
        ),
        _SET_OFF,
    ),
)
GUARDS = (*_CLOSED, *_EXPLAINED, *_CLAIMS, *_TAXED, *_SET)

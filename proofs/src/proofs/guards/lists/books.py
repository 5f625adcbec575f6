"""Meter and ledger of the gateway: what they book, and that nobody changes it afterwards."""

from proofs.guards.guard import Cut, Guard, holds

_VERSIONS = "gateway/src/gateway/database/migrations/versions"
LEDGER, METER = f"{_VERSIONS}/first_schema.py", f"{_VERSIONS}/channels.py"
MONTHS = f"{_VERSIONS}/guarded_months.py"
RULES = "gateway/src/gateway/metering/rules.py"
TERMINAL = "gateway/src/gateway/terminals/terminal.py"
_KEPT = (
    "gateway/tests/metering/test_records.py::test_what_is_booked_cannot_be_changed_or_booked_twice"
)
_BALANCED = (
    "gateway/tests/database/test_migrations.py::test_the_ledger_is_balanced_and_never_changed"
)
_BEFORE = (
    "gateway/tests/database/test_migrations.py"
    "::test_papers_from_before_have_the_commission_that_was_booked_for_them"
)
_MONEY = "gateway/tests/metering/test_rules.py"
_RATES = (
    "gateway/tests/municipalities/rules/test_collectors.py"
    "::test_a_commission_is_the_rate_of_the_day"
)
_APPENDED = "§8 the ledger is append-only, and so is the meter"
_ENTRIES = "§8 double entry, one row for an issuance and a purpose"


def _of(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"gateway.books.{name}", design, (cut,), (test,))


def _row_trigger(file: str, table: str, left: str) -> Cut:
    """Return the cut after which only `left` of UPDATE and DELETE is refused."""
    whole = f"_append_only BEFORE UPDATE OR DELETE ON {table}"
    return Cut(file, whole, f"_append_only BEFORE {left} ON {table}")


GUARDS = (
    *(
        _of(f"{table.split('_')[0]}.{change}", _APPENDED, _row_trigger(file, table, left), _KEPT)
        for file, table in ((LEDGER, "ledger_transfers"), (METER, "metering_records"))
        for change, left in (("changed", "DELETE"), ("deleted", "UPDATE"))
    ),
    # What guards a month guards the whole, too.
    _of(
        "months",
        _APPENDED,
        Cut(MONTHS, "PERFORM guard_month(partition::regclass);", "NULL;"),
        _KEPT,
    ),
    _of(
        "months.of-before",
        _APPENDED,
        Cut(MONTHS, "for statement in (GUARD_MONTH, EXISTING, ", "for statement in (GUARD_MONTH, "),
        _BEFORE,
    ),
    _of(
        "once",
        _ENTRIES,
        Cut(
            LEDGER,
            "PRIMARY KEY (municipality, accepted_on, issuance_id, purpose)",
            "PRIMARY KEY (municipality, accepted_on, issuance_id, purpose, transfer_id)",
        ),
        _BALANCED,
    ),
    _of(
        "moves",
        _ENTRIES,
        Cut(LEDGER, "CHECK (debit_account <> credit_account)", "CHECK (true)"),
        _BALANCED,
    ),
    _of(
        "refund-of-a-deposit",
        "§8 what is handed back was taken before",
        Cut(RULES, "if money is Money.REFUNDED and deposited:", "if money is Money.REFUNDED:"),
        f"{_MONEY}::test_money_that_never_came_in_moves_nothing",
    ),
    _of(
        "commission.day",
        "§8 commission by chain with dates",
        holds(TERMINAL, "rate.valid_from <= day"),
        _RATES,
    ),
)

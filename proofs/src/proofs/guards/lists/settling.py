"""Money on its way through billing: once, up to what is owed, and what no ledger holds."""

from proofs.guards.guard import Cut, Guard, gone, never

_ROOM = "services/billing/src/billing"
_VERSIONS = f"{_ROOM}/database/migrations/versions"
FIRST, SHAPES, LOOKS = (f"{_VERSIONS}/{name}.py" for name in ("first_schema", "shapes", "accesses"))
BACKED, CLOSES_OWN = f"{_VERSIONS}/backed.py", f"{_VERSIONS}/closes_own.py"
PAY_INS, PAYMENTS = f"{_ROOM}/settlement/pay_ins.py", f"{_ROOM}/settlement/payments.py"
CLAIMS = f"{_ROOM}/settlement/claims.py"
FACTS, REFUNDS = f"{_ROOM}/rules/payments.py", f"{_ROOM}/rules/refunds.py"
ZENGIN, FILES = f"{_ROOM}/transfer_files/zengin.py", f"{_ROOM}/transfer_files/making.py"
REBUILDING = f"{_ROOM}/transfer_files/rebuilding.py"
GIVING = f"{_ROOM}/endpoints/transfer_files.py"
VERSIONS, SUMS = f"{_ROOM}/checking/versions.py", f"{_ROOM}/checking/sums.py"
STATED = f"{_ROOM}/checking/statements.py"
STATEMENTS = f"{_ROOM}/endpoints/statements.py"
_TESTS = "services/billing/tests"
_SETTLING = f"{_TESTS}/settlement/test_settling.py"
_ONCE = f"{_SETTLING}::test_a_pay_in_is_booked_once_and_not_otherwise"
_PAID_IN = f"{_SETTLING}::test_what_cannot_be_paid_in_is_refused"
_OWED = f"{_SETTLING}::test_no_more_is_paid_than_is_owed_for_closed_days"
_CLAIM = f"{_SETTLING}::test_a_claim_that_is_paid_goes_on_to_the_city_and_back_if_it_is_explained"
_BEARER = f"{_TESTS}/rules/test_refunds.py::test_the_chain_bears_it_until_the_period_is_closed"
_FORMAT = f"{_TESTS}/transfer_files/test_zengin.py"
_READ_BACK = f"{_FORMAT}::test_every_payment_can_be_read_back_at_the_places_of_the_format"
_PAYERS = f"{_TESTS}/test_what_leaves_the_house.py"
_AGAIN = f"{_PAYERS}::test_a_file_is_made_once_and_what_the_bank_did_not_pay_is_a_file_of_the_rest"
_ACCOUNTS = (
    f"{_TESTS}/checking/test_check.py"
    "::test_a_file_that_orders_payment_to_other_accounts_is_named_and_not_given_out"
)
_EARLIER = (
    f"{_TESTS}/checking/test_check.py"
    "::test_a_document_that_says_to_be_of_an_earlier_version_is_named"
)
_SPOILED = f"{_TESTS}/checking/test_check.py::test_whatever_is_changed_past_the_guards_is_named"
_ROLE = f"{_TESTS}/database/test_role.py"
_KEPT = f"{_ROLE}::test_it_does_all_of_its_work_and_changes_nothing_that_is_kept"
_REFUSED = f"{_ROLE}::test_the_database_refuses_what_no_ledger_holds"
_UNBACKED = f"{_ROLE}::test_the_database_refuses_what_nothing_stands_behind"
_TAKEN_BACK = f"{_ROLE}::test_only_payments_are_reversed_and_only_what_is_explained_is_taken_back"
_REVERSED = f"{_ROLE}::test_a_reversal_moves_the_same_yen_the_other_way_once"
_RECORDED, _UP_TO = "§8 a payment is recorded once", "§8 no more is paid than is owed"
_RULE = "§8 who bears a refund is a rule"
_BANKS, _APPENDED = "§8 transfer files as banks take them", "§8 the ledger is append-only"
_REVERSALS = "§8 reversals point to what they reverse"
_LOOKED = "§8 who looked is recorded before anything is shown"


def _of(name: str, design: str, cut: Cut, *tests: str) -> Guard:
    return Guard(f"billing.{name}", design, (cut,), tests)


_MONEY = (
    _of(
        "pay-in.differs",
        _RECORDED,
        never(PAY_INS, "standing != [(paid.chain, paid.yen, paid.paid_on)]"),
        _ONCE,
    ),
    _of(
        "pay-in.days",
        _RECORDED,
        never(PAY_INS, "not paid.day <= paid.paid_on <= office.today"),
        _PAID_IN,
    ),
    _of("payment.days", _RECORDED, never(FACTS, "not begin <= day <= today"), _PAID_IN),
    _of(
        "payment.differs",
        _RECORDED,
        never(PAYMENTS, "(days, sum(one.yen for one in known)) != ({paid.paid_on}, paid.yen)"),
        _OWED,
    ),
    _of("payment.owed", _UP_TO, never(PAYMENTS, "left"), _OWED),
    _of("payment.whole-yen", _UP_TO, never(FACTS, "not 0 < yen <= MOST_YEN"), _OWED),
    _of(
        "payment.tax-first",
        "§8 tax by rate",
        Cut(
            PAYMENTS,
            '[(("tax",), commission_tax(party), 1), ((), commission(party), 1)]',
            '[((), commission(party), 1), (("tax",), commission_tax(party), 1)]',
        ),
        f"{_SETTLING}::test_a_mistyped_payment_is_reversed_and_recorded_right",
    ),
    _of(
        "claim.explained.goes-back",
        "§8 delivered and later voided is owed",
        Cut(CLAIMS, "[*back, *deposit]", "[*deposit]"),
        _CLAIM,
    ),
    _of("refund.settled", _RULE, Cut(REFUNDS, " or period_closed", ""), _BEARER),
    _of("refund.own-machine", _RULE, Cut(REFUNDS, "own_machine or ", ""), _BEARER),
)
_FILES = (
    _of(
        "transfer-file.record",
        _BANKS,
        never(ZENGIN, "len(made) != RECORD"),
        f"{_FORMAT}::test_a_reference_is_up_to_twenty_digits",
    ),
    _of(
        "transfer-file.sum",
        _BANKS,
        Cut(ZENGIN, "sum(payment.yen for payment in payments)\n", "payments[0].yen\n"),
        _READ_BACK,
    ),
    _of("transfer-file.count", _BANKS, Cut(ZENGIN, "{len(payments):06}", "{1:06}"), _READ_BACK),
    _of(
        "transfer-file.day",
        _BANKS,
        never(FILES, "not timedelta(0) <= asked.pay_day - office.today < _AHEAD"),
        f"{_PAYERS}::test_who_owes_nothing_or_is_unknown_has_no_transfer_file",
    ),
)
_MADE_ONCE = (
    _of("transfer-file.once", _BANKS, never(FILES, "before and not asked.rest"), _AGAIN),
    _of("transfer-file.other-day", _BANKS, never(FILES, "last.pay_day != asked.pay_day"), _AGAIN),
    _of(
        "transfer-file.accounts",
        _BANKS,
        gone(FILES, "check_accounts(office.contracts, last, in_force)"),
        _AGAIN,
        _ACCOUNTS,
    ),
    _of(
        "check.transfer-file.accounts",
        _BANKS,
        Cut(
            REBUILDING,
            "yield from found or _accounts(contracts, file, accounts, in_force)",
            "yield from found",
        ),
        _ACCOUNTS,
    ),
    _of(
        "transfer-file.bytes.accounts",
        _BANKS,
        gone(
            GIVING,
            "check_accounts(parts.contracts, found, await digests_in_force(parts.pool))",
        ),
        f"{_TESTS}/endpoints/test_api.py::test_a_month_is_closed_stated_traced_and_settled",
    ),
    _of(
        "check.version.made",
        _APPENDED,
        never(VERSIONS, "said != made"),
        f"{_EARLIER}[statements-2010-04-M-122033-None-it was made as version]",
    ),
    _of(
        "check.version.closed",
        _APPENDED,
        Cut(VERSIONS, "elif said < closed:", "elif False:"),
        f"{_EARLIER}[statements-2010-04-M-122033-1-its period was closed under]",
    ),
    _of(
        "check.overpaid.municipality",
        _UP_TO,
        Cut(SUMS, ', "owed_to_municipality": yen}', "}"),
        _SPOILED,
    ),
    _of(
        "check.stated.share",
        _APPENDED,
        Cut(STATED, "purpose = 'share' AND yen > 0", "false"),
        _SPOILED,
    ),
    _of(
        "check.transfer-file.bytes",
        _BANKS,
        Cut(REBUILDING, 'others or ["its bytes are not what its entries make"]', "others"),
        _ACCOUNTS,
    ),
)
_DATABASE = (
    *(
        _of(
            f"append-only.{change}",
            _APPENDED,
            Cut(
                FIRST,
                "append_only BEFORE UPDATE OR DELETE ON billing.{table}",
                f"append_only BEFORE {left} ON billing.{{table}}",
            ),
            _KEPT,
        )
        for change, left in (("changed", "DELETE"), ("deleted", "UPDATE"))
    ),
    _of(
        "append-only.truncated",
        _APPENDED,
        Cut(FIRST, "EACH STATEMENT EXECUTE", "EACH STATEMENT WHEN (false) EXECUTE"),
        _KEPT,
    ),
    _of(
        "append-only.accesses",
        _LOOKED,
        Cut(LOOKS, "BEFORE UPDATE OR DELETE ON", "BEFORE UPDATE ON"),
        _KEPT,
    ),
    _of(
        "accesses.moment",
        _LOOKED,
        Cut(LOOKS, "INSERT (who, what, why, about)", "INSERT"),
        _KEPT,
    ),
    _of(
        "role.owns-nothing",
        _APPENDED,
        Cut(
            FIRST,
            "GRANT SELECT, INSERT ON billing.{table}",
            "GRANT SELECT, INSERT, UPDATE ON billing.{table}",
        ),
        f"{_ROLE}::test_its_rights_are_these_and_no_more",
    ),
    _of(
        "closed-period",
        "§8 closes a day and a month",
        Cut(SHAPES, "WHERE period = NEW.period) THEN", "WHERE false) THEN"),
        _REFUSED,
    ),
    *(
        _of(f"backed.{name}", "§8 each transfer is explained", Cut(BACKED, old, new), _UNBACKED)
        for name, old, new in (
            ("transfer", "IF NOT (CASE NEW.purpose {_BRANCHES} END) THEN", "IF false THEN"),
            ("refund", "(_REFUNDED, _OF_A_FEE, _NOT_SETTLED)", "(_REFUNDED,)"),
            ("paper", "IF strange IS NOT NULL THEN", "IF false THEN"),
        )
    ),
    *(
        _of(f"occasion.{name}", "§8 each transfer is explained", Cut(CLOSES_OWN, old, new), test)
        for name, old, new, test in (
            (
                "close",
                "**dict.fromkeys(OF_CLOSES, (_CLOSED,)),",
                "",
                f"{_ROLE}::test_what_closes_alone_book_nobody_else_books",
            ),
            (
                "refund",
                '"refund_by_municipality": (_SETTLED,),',
                "",
                f"{_ROLE}::test_a_municipality_gives_back_only_what_is_settled_or_its_own",
            ),
            ("taken-back", '"claim_taken_back": (_EXPLAINED,),', "", _TAKEN_BACK),
            ("deposit.never-taken", "(_NEVER_TAKEN, ", "(", _TAKEN_BACK),
            ("deposit.claim", "_CLAIM_SETTLED, _RELEASED_ONCE)", "_RELEASED_ONCE)", _TAKEN_BACK),
            ("deposit.once", ", _RELEASED_ONCE)", ")", _TAKEN_BACK),
        )
    ),
    _of(
        "reversal.purpose",
        _REVERSALS,
        Cut(CLOSES_OWN, "AND CASE NEW.purpose {_TAKES_BACK} END", ""),
        _TAKEN_BACK,
    ),
    _of("reversal.yen", _REVERSALS, Cut(SHAPES, " AND t.yen = NEW.yen", ""), _REVERSED),
    _of(
        "reversal.once",
        _REVERSALS,
        Cut(SHAPES, "UNIQUE (reverses)", "CHECK (true)"),
        _REVERSED,
    ),
)
_LOOKS = (
    _of(
        "accesses.api",
        _LOOKED,
        gone(STATEMENTS, 'await record_access(parts.pool, person, "trace", asked)'),
        f"{_TESTS}/endpoints/test_api.py::test_a_month_is_closed_stated_traced_and_settled",
    ),
)
GUARDS = (*_MONEY, *_FILES, *_MADE_ONCE, *_DATABASE, *_LOOKS)

"""Which bank account is paid to, and what another one in its place needs."""

from proofs.guards.guard import Cut, Guard, gone, never

_ROOM = "services/billing/src/billing"
CHANGING, IN_FORCE = f"{_ROOM}/accounts/changing.py", f"{_ROOM}/accounts/in_force.py"
CHECKING = f"{_ROOM}/checking/accounts.py"
SCHEMA = f"{_ROOM}/database/migrations/versions/accounts.py"
_TESTS = "services/billing/tests/accounts/test_accounts.py"
_REFUSED = f"{_TESTS}::test_what_is_lacking_is_said_and_nothing_is_decided"
_EDITED = f"{_TESTS}::test_a_file_that_was_edited_is_named_and_nobody_is_paid_by_it"
_FORGED = f"{_TESTS}::test_a_decision_that_was_written_past_the_guards_is_named"
_REPLAYED = f"{_TESTS}::test_a_consent_serves_one_decision"
_CLOCK = f"{_TESTS}::test_no_clock_makes_the_waiting_shorter"
_TWO = f"{_TESTS}::test_of_two_decisions_the_first_never_comes"
_ACCOUNTS = "§7 bank accounts"


def _of(name: str, cut: Cut, test: str) -> Guard:
    return Guard(f"billing.accounts.{name}", _ACCOUNTS, (cut,), (test,))


GUARDS = (
    _of(
        "two-persons",
        never(CHANGING, "is_one_person(office.person.name, agreed.name)"),
        _REFUSED,
    ),
    _of(
        "consent",
        gone(
            CHANGING,
            "checked_consent(last, to_come, given, keys, await connection.fetchval(_NOW))",
        ),
        _REFUSED,
    ),
    _of("replayed", never(CHANGING, "given.consented_at < last.decided_at"), _REPLAYED),
    _of("edited", never(IN_FORCE, "wrong"), _EDITED),
    _of("check.file", Cut(CHECKING, ", *_of_file(contracts.payers, mine[-1])", ""), _EDITED),
    _of("check.waiting", never(CHECKING, "one.in_force_from - one.decided_at < WAITING"), _FORGED),
    _of(
        "check.two-persons",
        never(
            CHECKING,
            "one.agreed_by is None or is_one_person(one.decided_by, one.agreed_by)",
        ),
        _FORGED,
    ),
    _of(
        "check.consent",
        gone(CHECKING, "checked_consent(before, one.digest, one.consent, keys, one.decided_at)"),
        _FORGED,
    ),
    _of("waiting", Cut(SCHEMA, "interval '72 hours'", "interval '0'"), _TWO),
    _of("clock", Cut(SCHEMA, "NEW.act = 'change' AND", "false AND"), _CLOCK),
)

"""What the gateway checks of a session, an order and a repeated request."""

from proofs.guards.guard import Cut, Guard, gone, never

SESSIONS = "gateway/src/gateway/cardholders/sessions.py"
HOUSEHOLD = "gateway/src/gateway/cardholders/household.py"
COMPOSITION = "gateway/src/gateway/composition.py"
KEYS = "gateway/src/gateway/cardholders/keys.py"
DISCLOSING = "gateway/src/gateway/commands/disclosing.py"
_ISSUANCES = "gateway/src/gateway/issuances"
ACCEPTING = f"{_ISSUANCES}/accepting.py"
ORDERS = f"{_ISSUANCES}/orders.py"
ANSWERS = f"{_ISSUANCES}/answers.py"
CHALLENGE = "gateway/src/gateway/municipalities/rules/challenge.py"
_TESTS = "gateway/tests"
_REFUSED = f"{_TESTS}/issuances/test_orders_that_are_refused.py"
_OPENING = f"{_TESTS}/cardholders/test_sessions.py"
_KEYS = f"{_TESTS}/cardholders/test_keys.py"
_DEADLINES = f"{_TESTS}/issuances/test_deadlines_and_crashes.py"
_BACKLOGS = f"{_TESTS}/audit/test_backlogs.py"
_RULES = f"{_TESTS}/municipalities/rules"


def _one(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"gateway.{name}", design, (cut,), (test,))


_SESSION = (
    _one(
        "session.once",
        "§4 card: single use",
        never(SESSIONS, "opened == 0"),
        f"{_OPENING}::test_a_challenge_opens_one_session",
    ),
    _one(
        "session.own-terminal",
        "§2 session: terminal",
        never(SESSIONS, "session.statement.terminal != terminal.terminal"),
        f"{_OPENING}::test_a_session_of_another_terminal_is_refused",
    ),
    _one(
        "session.challenge",
        "§2 session: the gateway's challenge",
        Cut(
            SESSIONS,
            "check_challenge(statement.challenge, gateway.challenge_secret, shown, now)",
            "type('', (), {'shown_at': now, 'configuration_version': version.version})",
        ),
        f"{_OPENING}::test_the_challenge_of_another_terminal_is_refused",
    ),
    _one(
        "session.challenge.mac",
        "§2 session: the gateway's challenge",
        never(CHALLENGE, "not hmac.compare_digest(mac, _mac(secret, shown, body))"),
        f"{_RULES}/test_challenge.py::test_it_is_nobody_elses",
    ),
    _one(
        "session.challenge.time",
        "§2 session: the gateway's challenge",
        never(CHALLENGE, "not timedelta(seconds=-2) <= now - shown_at <= LIFETIME"),
        f"{_RULES}/test_challenge.py::test_it_holds_until_its_five_minutes_are_over",
    ),
    _one(
        "session.same-again",
        "§2 each order carries the signed session again",
        never(SESSIONS, "session.digest != opened.digest"),
        f"{_REFUSED}::test_an_order_of_the_next_customer_at_the_same_terminal_is_refused",
    ),
    _one(
        "session.expired",
        "§2 session: good for 5 minutes",
        never(SESSIONS, "opened.expired and accepted_at is None"),
        f"{_REFUSED}::test_an_order_after_its_sessions_end_is_refused",
    ),
    _one(
        "session.ahead",
        "§2 session: good for 5 minutes",
        Cut(SESSIONS, "min(statement.opened_at, now)", "statement.opened_at"),
        f"{_OPENING}::test_a_terminals_clock_that_is_ahead_makes_no_session_longer",
    ),
    _one(
        "session.terminals-own",
        "§2 session: terminal",
        Cut(
            SESSIONS, "WHERE session_id = $1 AND terminal = $2", "WHERE session_id = $1 AND $2 = $2"
        ),
        f"{_OPENING}::test_a_household_is_asked_only_in_an_open_session_of_this_terminal",
    ),
    _one(
        "order.future",
        "§4 order signed by the session",
        never(ACCEPTING, "order.ordered_at - gateway.clock.now() > CLOCK_TOLERANCE"),
        f"{_REFUSED}::test_an_order_signed_in_the_future_is_refused",
    ),
    _one(
        "order.once",
        "§4 card: single use",
        never(ACCEPTING, "placed == 0"),
        f"{_REFUSED}::test_the_same_order_under_another_key_is_a_replay",
    ),
    _one(
        "order.household-signature",
        "§3 household: a request signed by the session key",
        gone(HOUSEHOLD, "verified_household_request(asked.household_request, session)"),
        f"{_OPENING}::test_a_household_is_asked_only_in_an_open_session_of_this_terminal",
    ),
    _one(
        "idempotency.elsewhere",
        "§3 Idempotency-Key lives in one session of one terminal",
        never(
            ORDERS,
            "(known.session_id, known.terminal) != (opened.session_id, terminal.terminal)",
        ),
        f"{_REFUSED}::test_a_key_from_elsewhere_is_refused_with_an_alarm",
    ),
    _one(
        "idempotency.body",
        "§3 Idempotency-Key: another body 422",
        never(ORDERS, "known.body_digest != body_digest"),
        f"{_REFUSED}::test_another_body_under_the_same_key_is_refused",
    ),
    _one(
        "order.in-flight",
        "§3 Idempotency-Key: in flight 409",
        Cut(ORDERS, " AND leased_until <= madoguchi_now() RETURNING", " RETURNING"),
        f"{_DEADLINES}::test_another_replica_resumes_an_order_whose_replica_died",
    ),
    _one(
        "order.half-prepared",
        "§3 Idempotency-Key: in flight 409",
        never(ANSWERS, "any(issuance.state is State.ACCEPTED for issuance in issuances)"),
        f"{_TESTS}/issuances/test_answers.py"
        "::test_nothing_is_said_of_an_order_while_one_of_its_papers_is_under_way",
    ),
)
_TRAIL = (
    _one(
        "audit-behind.order",
        "§5 outbox",
        gone(ACCEPTING, "gateway.backlogs.check()"),
        f"{_BACKLOGS}::test_at_the_limit_nothing_new_is_begun_and_what_was_accepted_goes_on",
    ),
    _one(
        "audit-behind.session",
        "§5 outbox",
        gone(SESSIONS, "gateway.backlogs.check()"),
        f"{_BACKLOGS}::test_at_the_limit_nothing_new_is_begun_and_what_was_accepted_goes_on",
    ),
)
_PSEUDONYMS = (
    _one(
        "pseudonym.month",
        "§2 pseudonym keys differ by municipality and month",
        Cut(KEYS, "known is None or known.month != month", "known is None"),
        f"{_KEYS}::test_a_card_has_one_pseudonym_in_a_municipality_and_month_and_none_elsewhere",
    ),
    _one(
        "pseudonym.key-of-its-place",
        "§2 pseudonym keys differ by municipality and month",
        Cut(KEYS, "return canonical_json(named)", 'return canonical_json({"of": len(named)})'),
        f"{_KEYS}::test_a_key_opens_only_as_what_it_was_made",
    ),
    _one(
        "pseudonym.destroyed",
        "§2 a pseudonym cannot be made once its key is destroyed",
        gone(KEYS, "await self._pool.execute(_DESTROY, list(kept), list(kept.values()))"),
        f"{_KEYS}::test_once_a_key_is_destroyed_its_pseudonyms_cannot_be_made",
    ),
    _one(
        "pseudonym.destroyed-in-time",
        "§2 a pseudonym cannot be made once its key is destroyed",
        Cut(COMPOSITION, '(3600, "cardholder_keys", lambda: _destroy_old_keys(gateway)),', ""),
        f"{_KEYS}::test_a_replica_destroys_keys_as_their_municipality_configures",
    ),
    _one(
        "pseudonym.forgotten",
        "§2 a pseudonym cannot be made once its key is destroyed",
        gone(KEYS, "self._known.clear()"),
        f"{_KEYS}::test_once_a_key_is_destroyed_its_pseudonyms_cannot_be_made",
    ),
    _one(
        "pseudonym.authority",
        "§2 a person is keyed by (authority, serial)",
        never(
            DISCLOSING,
            "asked.authority not in {accepted.authority.name for accepted in known}",
        ),
        f"{_TESTS}/commands/test_commands.py"
        "::test_a_cards_pseudonyms_are_printed_and_only_who_asked_is_kept",
    ),
)
GUARDS = (*_SESSION, *_TRAIL, *_PSEUDONYMS)

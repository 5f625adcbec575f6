"""Session and order: each check of the shared code, as adapter and gateway run it."""

from proofs.guards.guard import Cut, Guard, Part, never

SESSION = "wire/src/madoguchi_wire/session.py"
ORDER = "wire/src/madoguchi_wire/order.py"
_ADAPTER = "municipal-adapter/tests/requests/test_without_a_card.py"
_ADAPTER_SESSIONS = f"{_ADAPTER}::test_a_session_with_one_element_altered_is_refused"
_ADAPTER_ORDERS = f"{_ADAPTER}::test_an_order_of_another_key_session_or_time_is_refused"
_GATEWAY = "gateway/tests/cardholders/test_sessions.py"
_GATEWAY_SESSIONS = f"{_GATEWAY}::test_a_session_that_says_something_else_is_refused"
_GATEWAY_ORDERS = (
    "gateway/tests/issuances/test_orders_that_are_refused.py"
    "::test_an_order_that_the_session_did_not_sign_as_it_is_is_refused"
)


def _both(name: str, design: str, cuts: tuple[Cut, ...], **tests: str) -> tuple[Guard, ...]:
    """Return a check that two parts run by the same code, each with tests of its own."""
    return tuple(Guard(f"{part}.{name}", design, cuts, (test,)) for part, test in tests.items())


def _of(part: Part, name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"{part}.{name}", design, (cut,), (test,))


_SESSIONS = (
    *_both(
        "session.countersigned",
        "§2 terminal key countersigns session",
        (
            Cut(
                SESSION,
                "signed = SignedSession.verified(token, terminal_key)",
                "signed = SignedSession.parsed(unverified_payload(token))",
            ),
        ),
        adapter=f"{_ADAPTER}::test_a_session_that_a_forger_countersigned_is_refused",
        gateway=f"{_GATEWAY}::test_a_session_that_a_forger_countersigned_is_refused",
    ),
    *_both(
        "session.gateway",
        "§2 session: gateway",
        (never(SESSION, "statement.gateway != self.gateway"),),
        adapter=f"{_ADAPTER_SESSIONS}[another gateway]",
        gateway=f"{_GATEWAY_SESSIONS}[another gateway]",
    ),
    _of(
        "adapter",
        "session.municipality",
        "§2 session: good for one municipality",
        never(SESSION, "statement.municipality != municipality"),
        f"{_ADAPTER_SESSIONS}[another municipality]",
    ),
    *_both(
        "session.future",
        "§2 session: time",
        (never(SESSION, "statement.opened_at - at > CLOCK_TOLERANCE"),),
        adapter=f"{_ADAPTER_SESSIONS}[opened tomorrow]",
        gateway=f"{_GATEWAY_SESSIONS}[opened in the future]",
    ),
    *_both(
        "session.five-minutes",
        "§2 session: good for 5 minutes",
        (never(SESSION, "at - statement.opened_at > SESSION_LIFETIME"),),
        adapter=f"{_ADAPTER_SESSIONS}[opened six minutes ago]",
        gateway=f"{_GATEWAY_SESSIONS}[opened long ago]",
    ),
)
_ORDERS = (
    *_both(
        "order.signature",
        "§4 order signed by the session",
        (
            Cut(
                ORDER,
                "return kind.verified(token, load_public_key(session.statement.signing_key))",
                "return kind.parsed(unverified_payload(token))",
            ),
            Cut(
                ORDER,
                "import Statement, token_digest",
                "import Statement, token_digest, unverified_payload",
            ),
        ),
        adapter=_ADAPTER_ORDERS,
        gateway=f"{_GATEWAY_ORDERS}[key]",
    ),
    *_both(
        "order.session",
        "§4 order signed by the session",
        (Cut(ORDER, "if named != session.digest or not timedelta(0)", "if not timedelta(0)"),),
        adapter=_ADAPTER_ORDERS,
        gateway=f"{_GATEWAY_ORDERS}[session]",
    ),
    *_both(
        "order.time",
        "§2 orders within 5 minutes",
        (
            Cut(
                ORDER,
                "named != session.digest or not timedelta(0) <= age <= SESSION_LIFETIME",
                "named != session.digest",
            ),
        ),
        adapter=_ADAPTER_ORDERS,
        gateway=f"{_GATEWAY_ORDERS}[earlier]",
    ),
)
GUARDS = (*_SESSIONS, *_ORDERS)

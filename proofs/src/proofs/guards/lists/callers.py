"""Who may speak to the gateway as a terminal."""

from proofs.guards.guard import Cut, Guard, never

_TERMINALS = "gateway/src/gateway/terminals"
ASSERTION, TOKENS = f"{_TERMINALS}/client_assertion.py", f"{_TERMINALS}/tokens.py"
ENROLMENT = "wire/src/madoguchi_wire/enrolment.py"
USED, REGISTRY = f"{_TERMINALS}/used_assertions.py", f"{_TERMINALS}/registry.py"
_TESTS = "gateway/tests/terminals"
_UNIT = f"{_TESTS}/test_client_assertion.py"
_WHEN = f"{_UNIT}::test_it_ends_at_most_60_seconds_from_now_but_for_the_tolerance"
_CLAIMS = f"{_UNIT}::test_claims_with_two_meanings_or_none_are_refused"
_HTTP = f"{_TESTS}/test_token_endpoint.py"
_OURS = f"{_HTTP}::test_access_tokens_that_are_not_ours_are_refused"
_DESIGN = "§2 a terminal authenticates by its own key"


def _one(name: str, cut: Cut, test: str) -> Guard:
    return Guard(f"gateway.terminal.{name}", _DESIGN, (cut,), (test,))


GUARDS = (
    _one(
        "signature",
        Cut(ASSERTION, '_JWS.decode(token, key, algorithms=["ES256"])', "del token, key"),
        f"{_UNIT}::test_a_header_that_says_more_or_less_is_refused[kid of another purpose]",
    ),
    _one(
        "key",
        never(ENROLMENT, "found.said.terminal != terminal"),
        f"{_CLAIMS}[an enrolment of another terminal]",
    ),
    _one("subject", never(ASSERTION, "claims.sub != claims.iss"), f"{_CLAIMS}[another subject]"),
    _one("audience", never(ASSERTION, "claims.aud != issuer"), f"{_CLAIMS}[another audience]"),
    _one("expiry", never(ASSERTION, "claims.exp <= moment"), f"{_WHEN}[-60-0-False]"),
    _one(
        "lifetime",
        never(ASSERTION, "not 0 < claims.exp - claims.iat <= MAXIMUM_LIFETIME_S"),
        f"{_WHEN}[0-61-False]",
    ),
    _one(
        "ahead",
        never(ASSERTION, "claims.exp - moment > MAXIMUM_LIFETIME_S + EXPIRY_TOLERANCE_S"),
        f"{_WHEN}[6-66-False]",
    ),
    _one(
        "future",
        never(ASSERTION, "timedelta(seconds=claims.iat - moment) > CLOCK_TOLERANCE"),
        f"{_WHEN}[31-60-False]",
    ),
    _one(
        "once",
        never(USED, "await pool.fetchval(_USE, used, assertion.expires_at) is None"),
        f"{_HTTP}::test_an_assertion_gets_one_token_at_whichever_replica",
    ),
    _one(
        "suspended",
        never(REGISTRY, "terminal.state is TerminalState.SUSPENDED"),
        f"{_HTTP}::test_a_suspension_stops_tokens_that_were_already_given_out",
    ),
    _one("token.expiry", never(TOKENS, "now.timestamp() >= expires_at"), _OURS),
    _one("token.issuer", Cut(TOKENS, "            issuer=issuer,\n", ""), _OURS),
)

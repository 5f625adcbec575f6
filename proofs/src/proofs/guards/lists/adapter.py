"""What an adapter checks of a request, before it looks at a person."""

from proofs.guards.guard import Cut, Guard, gone, never

_REQUESTS = "municipal-adapter/src/municipal_adapter/requests"
CARDHOLDER = f"{_REQUESTS}/cardholder_request.py"
GATEWAY = f"{_REQUESTS}/gateway_request.py"
PREPARE = f"{_REQUESTS}/prepare_request.py"
DAY = f"{_REQUESTS}/day_of_issue.py"
ISSUANCE = f"{_REQUESTS}/issuance_id.py"
BEACON = "municipal-adapter/src/municipal_adapter/municipality/beacon.py"
CLAIM = "municipal-adapter/src/municipal_adapter/claims/claim.py"
CLAIMS = "municipal-adapter/src/municipal_adapter/claims/claims.py"
HANDLES = "municipal-adapter/src/municipal_adapter/household/handles.py"
OUTCOMES = "municipal-adapter/src/municipal_adapter/outcomes/endpoints.py"
CLOSING = "municipal-adapter/src/municipal_adapter/outcomes/closing.py"
_TESTS = "municipal-adapter/tests"
_ASKED = f"{_TESTS}/requests/test_without_a_card.py"
_OWN = f"{_ASKED}::test_a_request_whose_own_elements_cannot_be_is_refused"
_CLAIMS = f"{_TESTS}/claims/test_claims.py"
_COPY = f"{_CLAIMS}::test_a_copy_belongs_to_one_issuance_and_an_issuance_to_one_copy"


def _one(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"adapter.{name}", design, (cut,), (test,))


_REQUEST = (
    _one(
        "session.beacon",
        "§2 session: the adapter's beacon",
        gone(CARDHOLDER, "self.beacons.check(session.statement.beacon, moment, now)"),
        f"{_ASKED}::test_a_session_with_one_element_altered_is_refused[made-up beacon]",
    ),
    _one(
        "session.beacon.municipality",
        "§2 session: the adapter's beacon",
        Cut(
            BEACON,
            'f"madoguchi/beacon/v1\\n{self._municipality}\\n{minute}"',
            'f"madoguchi/beacon/v1\\n{minute}"',
        ),
        f"{_TESTS}/municipality/test_beacon.py"
        "::test_beacons_of_other_municipalities_keys_or_nobody_are_refused",
    ),
    _one(
        "session.beacon.age",
        "§2 session: the adapter's beacon changes each minute",
        Cut(BEACON, "_minute(signed_at) - PAST_MINUTES", "_minute(signed_at) - 60"),
        f"{_TESTS}/municipality/test_beacon.py"
        "::test_beacons_older_than_that_or_of_a_later_minute_are_refused",
    ),
    _one(
        "order.just-signed",
        "§4 order signed by the session",
        never(CARDHOLDER, "not -CLOCK_TOLERANCE <= now - signed_at <= SIGNED_LIFETIME"),
        f"{_ASKED}::test_an_order_of_another_key_session_or_time_is_refused",
    ),
    _one(
        "request.gateway-key",
        "§2 gateway signs its request",
        Cut(GATEWAY, "KeyPurpose.GATEWAY_REQUEST, at, owner=self._gateway", "key.purpose, at"),
        f"{_ASKED}::test_only_the_gateways_request_key_may_ask",
    ),
    _one(
        "request.signature",
        "§2 gateway signs its request",
        Cut(
            GATEWAY,
            "statement = kind.verified(token, key)",
            "from madoguchi_wire.signed import unverified_payload\n"
            "        statement = kind.parsed(unverified_payload(token))",
        ),
        f"{_ASKED}::test_a_request_that_a_forger_signed_is_refused",
    ),
    _one(
        "request.municipality",
        "§2 gateway signs its request",
        never(GATEWAY, "statement.municipality != self._municipality"),
        f"{_ASKED}::test_a_request_for_another_municipality_or_issuance_than_its_path_is_refused",
    ),
    _one(
        "request.issuance",
        "§2 gateway signs its request",
        never(ISSUANCE, "signed != str(named)"),
        f"{_ASKED}::test_a_request_for_another_municipality_or_issuance_than_its_path_is_refused",
    ),
    _one(
        "request.fresh",
        "§2 gateway signs its request",
        never(GATEWAY, "not -CLOCK_TOLERANCE <= at - requested_at <= REQUEST_LIFETIME"),
        _OWN,
    ),
    _one(
        "request.deadline",
        "§3 the stored deadline",
        never(PREPARE, "now > statement.deadline"),
        _OWN,
    ),
    _one(
        "request.day-of-issue",
        "§3 fixed at accepted: Japan's day",
        gone(PREPARE, "check_day_of_issue(statement.accepted_on, now)"),
        _OWN,
    ),
    _one(
        "request.day-of-issue.midnight",
        "§3 fixed at accepted: Japan's day",
        Cut(DAY, "japan_day(now - _LATEST)", "japan_day(now - timedelta(days=1))"),
        f"{_TESTS}/requests/test_day_of_issue.py"
        "::test_yesterday_counts_for_what_was_accepted_right_before_midnight_only",
    ),
    _one(
        "request.copies",
        "§1 n copies are n issuances of one order",
        never(PREPARE, "order.copies > rules.maximum_copies"),
        f"{_ASKED}::test_more_copies_than_the_municipality_allows_are_refused",
    ),
    _one(
        "request.copy-of-order",
        "§1 n copies are n issuances of one order",
        never(PREPARE, "copy_number > order.copies"),
        _OWN,
    ),
)
_CLAIMED = (
    _one(
        "claim.issuance",
        "§4 card: single use",
        Cut(
            CLAIM,
            "if same != (copy.issuance,",
            "if same[1:] != (copy.order, copy.copy_number) and same != (copy.issuance,",
        ),
        f"{_COPY}[issuance]",
    ),
    _one(
        "claim.order",
        "§4 card: single use",
        never(CLAIM, "same != (copy.issuance, copy.order, copy.copy_number)"),
        f"{_COPY}[order]",
    ),
    _one(
        "claim.nonce",
        "§4 card: single use",
        Cut(
            CLAIM,
            "if same != (copy.issuance, copy.order, copy.copy_number):",
            "if found.order == copy.order and"
            " same != (copy.issuance, copy.order, copy.copy_number):",
        ),
        f"{_COPY}[nonce-only]",
    ),
    _one(
        "claim.refusal-stays",
        "§3 same id: the same bytes",
        never(CLAIM, 'found.state == "refused"'),
        f"{_TESTS}/issuing/test_repeats.py"
        "::test_a_refusal_is_repeated_even_when_its_reason_is_gone",
    ),
    _one(
        "claim.closed",
        "§3 the outcome closes the id even if it comes before the prepare",
        Cut(
            CLAIMS,
            "WHERE NOT EXISTS (SELECT FROM closed_issuances WHERE issuance_id = $3)",
            "WHERE $3::uuid IS NOT NULL",
        ),
        f"{_CLAIMS}::test_nothing_is_claimed_or_kept_for_an_issuance_that_has_ended",
    ),
    _one(
        "claim.closed-meanwhile",
        "§3 the outcome closes the id even if it comes before the prepare",
        Cut(
            CLAIMS,
            "          AND NOT EXISTS (SELECT FROM closed_issuances WHERE issuance_id = $1)\n",
            "",
        ),
        f"{_CLAIMS}::test_what_was_closed_before_it_was_kept_is_not_kept",
    ),
    _one(
        "claim.lease",
        "§3 lease",
        Cut(CLAIMS, "state = 'claimed' AND lease_until < madoguchi_now()", "state = 'claimed'"),
        f"{_CLAIMS}::test_of_many_who_claim_one_copy_at_once_one_gets_the_lease",
    ),
    _one(
        "claim.own-lease",
        "§3 lease",
        Cut(
            CLAIMS,
            "WHERE issuance_id = $1 AND lease_owner = $2 AND state = 'claimed'\n          AND NOT",
            "WHERE issuance_id = $1 AND $2::uuid IS NOT NULL AND state = 'claimed'\n"
            "          AND NOT",
        ),
        f"{_CLAIMS}::test_a_paper_that_is_not_kept_does_not_count",
    ),
    _one(
        "handles.session",
        "§3 household: random handles valid in this session",
        Cut(
            HANDLES,
            'f"madoguchi/handle/v1\\n{session_digest}\\n{resident}"',
            'f"madoguchi/handle/v1\\n{resident}"',
        ),
        f"{_TESTS}/household/test_handles.py"
        "::test_handles_of_another_session_household_or_key_are_unknown",
    ),
    _one(
        "handles.twice",
        "§3 household: the order names handles",
        Cut(HANDLES, "len(wanted) != len(handles) or not", "not"),
        f"{_TESTS}/household/test_handles.py::test_the_same_member_twice_is_refused",
    ),
    _one(
        "outcome.reports-of-terminal",
        "§3 the outcome, with the terminal's signed report",
        never(OUTCOMES, "terminal is not None and not are_of_terminal(reports, terminal)"),
        f"{_TESTS}/outcomes/test_outcome.py"
        "::test_reports_that_the_papers_terminal_did_not_sign_are_refused[terminal]",
    ),
    _one(
        "outcome.once",
        "§3 the outcome closes the id",
        never(CLOSING, 'before != "quarantined" or ending.outcome not in _AFTER_QUARANTINE'),
        f"{_TESTS}/outcomes/test_closing.py::test_only_a_quarantine_may_end_otherwise_later",
    ),
)
GUARDS = (*_REQUEST, *_CLAIMED)

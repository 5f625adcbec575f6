"""What an adapter checks of a request, before it looks at a person."""

from proofs.guards.guard import Cut, Guard, gone, never

_REQUESTS = "municipal-adapter/src/municipal_adapter/requests"
CARDHOLDER = f"{_REQUESTS}/cardholder_request.py"
GATEWAY = f"{_REQUESTS}/gateway_request.py"
PREPARE = f"{_REQUESTS}/prepare_request.py"
DAY = f"{_REQUESTS}/day_of_issue.py"
ISSUANCE = f"{_REQUESTS}/issuance_id.py"
BEACON = "municipal-adapter/src/municipal_adapter/municipality/beacon.py"
_TESTS = "municipal-adapter/tests"
_ASKED = f"{_TESTS}/requests/test_without_a_card.py"
_OWN = f"{_ASKED}::test_a_request_whose_own_elements_cannot_be_is_refused"


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
GUARDS = (*_REQUEST,)

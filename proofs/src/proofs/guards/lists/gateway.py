"""What the gateway checks: attestations, offers, prices, reports."""

from proofs.guards.guard import Cut, Guard, gone, holds, never
from proofs.guards.lists.attested import ATTESTATION, COMPARED, TIMES, comparison

SESSIONS = "gateway/src/gateway/cardholders/sessions.py"
HOUSEHOLD = "gateway/src/gateway/cardholders/household.py"
_ISSUANCES = "gateway/src/gateway/issuances"
ACCEPTING = f"{_ISSUANCES}/accepting.py"
ORDERS = f"{_ISSUANCES}/orders.py"
PREPARING = f"{_ISSUANCES}/preparing.py"
DELIVERY = f"{_ISSUANCES}/delivery.py"
REPORTING = f"{_ISSUANCES}/reporting.py"
JUDGING = f"{_ISSUANCES}/rules/reporting.py"
ROWS = f"{_ISSUANCES}/rows.py"
OFFERS = "gateway/src/gateway/municipalities/rules/offers.py"
HOURS = "gateway/src/gateway/municipalities/rules/hours.py"
TARIFFS = "gateway/src/gateway/municipalities/rules/tariffs.py"
CHALLENGE = "gateway/src/gateway/municipalities/rules/challenge.py"
LANE = "gateway/src/gateway/adapters/lane.py"
BREAKER = "gateway/src/gateway/adapters/breaker.py"
_TESTS = "gateway/tests"
_LIES = f"{_TESTS}/issuances/test_adapters_that_fail_or_lie.py"
_LIE = f"{_LIES}::test_an_attestation_of_something_else_is_quarantined_and_never_delivered"
_REFUSED = f"{_TESTS}/issuances/test_orders_that_are_refused.py"
_NOT_OFFERED = f"{_REFUSED}::test_an_order_for_what_is_not_offered_is_refused"
_OPENING = f"{_TESTS}/cardholders/test_sessions.py"
_DEADLINES = f"{_TESTS}/issuances/test_deadlines_and_crashes.py"
_REPEATS = f"{_TESTS}/issuances/test_repeats_and_races.py"
_REPORTS = f"{_TESTS}/issuances/test_what_a_report_does.py"
_BACKLOGS = f"{_TESTS}/audit/test_backlogs.py"
_RULES = f"{_TESTS}/municipalities/rules"
_LANES = f"{_TESTS}/adapters/test_slow_city.py"
_BREAKER = f"{_TESTS}/adapters/test_breaker.py"
_FLOW = f"{_TESTS}/issuances/test_the_main_flow.py"

_WORDS = {
    "copy_number": "another copy",
    "build": "a build that is not allowed",
    "test": "a test paper",
}
"""How the tests call a difference in a field."""


def _one(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"gateway.{name}", design, (cut,), (test,))


_ATTESTATION = (
    *(
        Guard(
            f"gateway.attestation.{name}",
            design,
            (comparison(name),),
            (f"{_LIE}[{_WORDS.get(name, f'another {name}')}]",),
        )
        for name, design in COMPARED.items()
    ),
    _one(
        "attestation.signature",
        "§4 attestation = what was asked",
        Cut(
            ATTESTATION,
            "attestation = Attestation.verified(token, key)",
            "attestation = Attestation.parsed(from_base64url(token.split('.')[1]))",
        ),
        f"{_LIES}::test_an_attestation_that_a_forger_signed_is_quarantined",
    ),
    _one(
        "attestation.municipality-key",
        "§4 attestation = what was asked",
        Cut(ATTESTATION, "at, owner=expected.municipality", "at"),
        "wire/tests/test_attestation.py::test_only_the_municipality_attests",
    ),
    Guard(
        "gateway.attestation.expiry",
        "§4 attestation: expiry",
        (
            Cut(ATTESTATION, "if not timedelta(0) < expires_at", "if not expires_at"),
            never(ATTESTATION, "not at < expires_at"),
        ),
        (f"{_LIE}[already expired]",),
    ),
    *(
        _one(f"attestation.{name}", "§4 attestation: expiry", TIMES[name], f"{_LIE}[{lie}]")
        for name, lie in (
            ("early", "made before it was asked for"),
            ("late", "made tomorrow"),
            ("lifetime", "good for years"),
        )
    ),
    _one(
        "attestation.ciphertext",
        "§4 attestation: digests",
        Cut(PREPARING, "    check_ciphertext(attestation, ciphertext)\n", ""),
        f"{_LIE}[other ciphertext]",
    ),
    _one(
        "attestation.pages",
        "§4 attestation: pages",
        never(JUDGING, "known.state in (State.PAID, State.IN_DOUBT) and body.pages != known.pages"),
        f"{_DEADLINES}::test_a_wrong_amount_or_number_of_pages_gets_no_go",
    ),
    _one(
        "attestation.number",
        "§4 attestation = what was asked",
        never(PREPARING, "not number.isprintable() or len(number) > MAXIMUM_NUMBER_CHARACTERS"),
        f"{_LIE}[an endless number]",
    ),
)
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
        gone(
            SESSIONS, "check_challenge(statement.challenge, gateway.challenge_secret, shown, now)"
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
        never(CHALLENGE, "not -2000 <= age_ms <= LIFETIME / timedelta(milliseconds=1)"),
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
)
_OFFER = (
    _one(
        "hours",
        "§4 hours",
        never(OFFERS, "not is_open(municipality, rule, moment)"),
        f"{_RULES}/test_offers.py::test_out_of_hours_is_the_last_reason",
    ),
    _one(
        "hours.clock",
        "§4 hours",
        holds(HOURS, 'rule.opens <= local.strftime("%H:%M") < rule.closes'),
        f"{_RULES}/test_hours.py"
        "::test_the_boundaries_are_half_past_six_and_the_last_millisecond_before_eleven",
    ),
    _one(
        "hours.closed-day",
        "§4 hours",
        never(HOURS, "is_closed_on(municipality, local.date())"),
        f"{_RULES}/test_hours.py"
        "::test_it_is_open_exactly_between_its_hours_on_days_that_are_not_closed",
    ),
    _one(
        "hours.household",
        "§4 hours",
        gone(HOUSEHOLD, "offer_at(version.body, choosing, 1, gateway.clock.now())"),
        f"{_REFUSED}::test_an_order_out_of_hours_is_refused",
    ),
    _one(
        "offer",
        "§4 offer",
        gone(
            ACCEPTING,
            "offer_at(in_force.body, order.options, order.copies, gateway.clock.now())",
        ),
        f"{_NOT_OFFERED}[an option that is not offered]",
    ),
    _one(
        "offer.kind",
        "§4 offer",
        Cut(
            OFFERS,
            "if rule is None or options.kind not in tariff_at(municipality, moment).prices:\n"
            "        raise OfferRefused()",
            "if rule is None:\n        rule = next(iter(municipality.offers.values()))",
        ),
        f"{_RULES}/test_offers.py::test_a_kind_that_is_not_offered_is_refused_before_its_hours",
    ),
    _one(
        "offer.copies",
        "§4 offer",
        Cut(OFFERS, " or copies > rule.maximum_copies:", ":"),
        f"{_NOT_OFFERED}[too many copies]",
    ),
    _one(
        "offer.members",
        "§4 offer",
        holds(OFFERS, "(rule.members or not options.members)"),
        f"{_RULES}/test_offers.py::test_each_option_can_be_left_out_of_the_offer[members]",
    ),
    _one(
        "offer.relationship",
        "§4 offer",
        holds(OFFERS, "(rule.relationship or not options.relationship)"),
        f"{_RULES}/test_offers.py::test_each_option_can_be_left_out_of_the_offer[relationship]",
    ),
    _one(
        "offer.honseki",
        "§4 offer",
        holds(OFFERS, "(rule.honseki or not options.honseki)"),
        f"{_RULES}/test_offers.py::test_each_option_can_be_left_out_of_the_offer[honseki]",
    ),
    _one(
        "offer.live",
        "§4 offer",
        never(OFFERS, 'municipality.state != "live"'),
        f"{_RULES}/test_offers.py::test_a_suspended_municipality_is_refused_before_anything_else",
    ),
    _one(
        "price",
        "§4 price",
        never(ACCEPTING, "(order.tariff_version, order.unit_price) != (tariff.version, price)"),
        f"{_NOT_OFFERED}[for nothing]",
    ),
    _one(
        "price.begun",
        "§4 price",
        holds(TARIFFS, "tariff.valid_from <= day"),
        f"{_RULES}/test_tariffs.py::test_tariffs_never_go_back_and_never_lie_ahead",
    ),
    _one(
        "price.paid",
        "§4 price",
        never(JUDGING, "body.yen != known.fee"),
        f"{_DEADLINES}::test_a_wrong_amount_or_number_of_pages_gets_no_go",
    ),
    _one(
        "breaker",
        "§4 breaker",
        Cut(LANE, "if went is None:\n            raise AdapterPaused()", "assert went is not None"),
        f"{_LANES}::test_who_gives_up_tells_nothing_about_the_city",
    ),
    _one(
        "breaker.opens",
        "§4 breaker",
        never(BREAKER, "failed and enough and failures >= rules.ratio * len(results)"),
        f"{_BREAKER}::test_it_opens_on_the_share_of_failures_and_not_before_there_are_enough",
    ),
    _one(
        "breaker.probes",
        "§4 breaker",
        never(BREAKER, "self._probing + self._good_probes >= self.rules.probes"),
        f"{_BREAKER}::test_as_many_good_probes_as_it_wants_close_it_and_no_fewer",
    ),
    _one(
        "breaker.bulkhead",
        "§4 breaker",
        never(LANE, "self.under_way >= self.most"),
        f"{_LANES}::test_no_more_than_so_many_wait_for_one_city",
    ),
    _one(
        "breaker.retry-budget",
        "§4 breaker",
        never(LANE, "self.left < 1"),
        f"{_LANES}::test_second_tries_cost_what_first_ones_paid_in",
    ),
)
_LIFE = (
    _one(
        "life.own-issuance",
        "§4 life",
        Cut(
            ROWS,
            '_FIND = f"SELECT {COLUMNS} FROM issuances WHERE issuance_id = $1 AND terminal = $2"',
            '_FIND = f"SELECT {COLUMNS} FROM issuances WHERE issuance_id = $1 AND $2 = $2"',
        ),
        f"{_FLOW}::test_a_terminal_sees_its_own_issuances_only",
    ),
    _one(
        "life.own-document",
        "§4 life",
        Cut(
            ROWS,
            "    FROM issuances WHERE issuance_id = $1 AND terminal = $2\n",
            "    FROM issuances WHERE issuance_id = $1 AND $2 = $2\n",
        ),
        f"{_FLOW}::test_a_terminal_sees_its_own_issuances_only",
    ),
    _one(
        "life.document.state",
        "§4 life",
        never(
            DELIVERY,
            "issuance.state is not State.PREPARED and issuance.state not in _REPEATABLE",
        ),
        f"{_DEADLINES}::test_a_rejected_document_is_quarantined_and_reports_change_nothing_more",
    ),
    _one(
        "life.document.given-up",
        "§4 life",
        never(DELIVERY, "await was_voided_before(gateway, issuance)"),
        f"{_REPEATS}::test_what_its_terminal_gave_up_is_not_delivered_any_more",
    ),
    _one(
        "life.completed.without-go",
        "§4 life",
        never(
            JUDGING,
            "known.state is State.DELIVERED or"
            " (known.state is State.IN_DOUBT and not known.was_paid)",
        ),
        f"{_REPORTS}::test_what_cannot_be_is_kept_and_a_person_is_called",
    ),
    _one(
        "life.completed.ended",
        "§4 life",
        never(JUDGING, "known.state in (State.VOIDED, State.EXPIRED, State.REFUSED)"),
        f"{_REPORTS}::test_what_cannot_be_is_kept_and_a_person_is_called",
    ),
    _one(
        "life.voided.completed",
        "§4 life",
        never(JUDGING, "known.state is State.COMPLETED"),
        f"{_REPEATS}::test_a_report_against_the_end_calls_a_person",
    ),
    _one(
        "life.go.once",
        "§4 life",
        Cut(
            REPORTING,
            "go = paid and issuance.state is State.PAID and may_release(gateway, issuance)",
            "go = paid and may_release(gateway, issuance)",
        ),
        f"{_REPEATS}::test_a_go_is_not_given_again_once_something_else_happened",
    ),
    _one(
        "life.go.printed-before",
        "§4 life",
        Cut(
            REPORTING,
            "was.event_sequence > EVENTS_UNTIL_DELIVERED and",
            "was.event_sequence < 0 and",
        ),
        f"{_REPEATS}::test_reports_come_in_any_order_and_gaps_are_allowed",
    ),
    _one(
        "report.own-terminal",
        "§2 reports of a terminal are by the terminal's own key",
        never(REPORTING, "report.terminal != terminal.terminal"),
        f"{_DEADLINES}::test_a_report_of_another_terminal_or_key_is_refused",
    ),
    _one(
        "report.signature",
        "§2 reports of a terminal are by the terminal's own key",
        Cut(
            "wire/src/madoguchi_wire/reports.py",
            "report = TerminalReport.verified(token, key)",
            "report = claimed",
        ),
        "wire/tests/test_reports.py::test_no_other_key_reports_for_a_terminal",
    ),
    _one(
        "report.sequence",
        "§2 reports: a sequence number per terminal, accepted once",
        never(REPORTING, "earlier is None or earlier.token != kept.token"),
        f"{_REPEATS}::test_a_report_number_is_used_once",
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
GUARDS = (*_ATTESTATION, *_SESSION, *_OFFER, *_LIFE, *_TRAIL)

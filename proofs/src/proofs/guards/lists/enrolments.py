"""Enrolments of terminals: what gateway, adapter and checker judge by the same code."""

from proofs.guards.guard import Cut, Guard, gone, holds, never

ENROLMENT = "wire/src/madoguchi_wire/enrolment.py"
_TESTS = {
    "gateway": "gateway/tests/cardholders/test_sessions.py"
    "::test_a_false_enrolment_lends_a_terminal_no_key[{}]",
    "adapter": "municipal-adapter/tests/requests/test_without_a_card.py"
    "::test_a_false_enrolment_lends_a_terminal_no_key[{}]",
    "checker": "services/checker/tests/test_planted_reports.py"
    "::test_reports_under_false_enrolments",
}


_ADAPTER_LOST = (
    "municipal-adapter/tests/requests/test_without_a_card.py"
    "::test_a_lost_terminal_is_refused_within_seconds"
)
_CHECKER_LOST = (
    "services/checker/tests/test_planted_reports.py::test_reports_after_their_terminal_was_lost"
)
_WITHHOLDING = "gateway/tests/terminals/test_withholding.py"
_GATEWAY_LOST = (
    f"{_WITHHOLDING}::test_what_a_lost_terminal_had_stays_withdrawn_when_it_is_enrolled_anew"
)
_GATEWAY_SUSPENDED = (
    f"{_WITHHOLDING}::test_a_suspended_terminal_is_refused_by_all_replicas_until_it_is_resumed"
)
_ENROLLING = "gateway/tests/terminals/test_enrolling.py"
_ONCE = "test_a_code_enrols_one_machine_once"
_NO_OTHER = "test_neither_anothers_code_nor_an_old_one_nor_a_guess_enrols"
REGISTRAR = "onboarding/src/madoguchi/terminals/registrar.py"
ASKING = "wire/src/madoguchi_wire/enrolling.py"
WITHDRAWALS = "wire/src/madoguchi_wire/kit/withdrawals.py"
_DESIGN = "§2 terminals are enrolled by the registrar, whom everybody can check"


def _all(name: str, case: str, cut: Cut) -> tuple[Guard, ...]:
    """Return a check that three parts run by the same code, each with a test of its own."""
    return tuple(
        Guard(f"{part}.enrolment.{name}", _DESIGN, (cut,), (test.format(case),))
        for part, test in _TESTS.items()
    )


_WITHDRAWN = never(ENROLMENT, "keys.is_withdrawn(said.enrolment, at)")
GUARDS = (
    Guard("adapter.enrolment.withdrawn", _DESIGN, (_WITHDRAWN,), (_ADAPTER_LOST,)),
    Guard("gateway.enrolment.withdrawn", _DESIGN, (_WITHDRAWN,), (_GATEWAY_LOST,)),
    Guard(
        "gateway.token.withdrawn",
        _DESIGN,
        (
            gone(
                "gateway/src/gateway/terminals/endpoints.py",
                "verified_enrolment(assertion.enrolment, gateway.terminal_keys, now)",
            ),
        ),
        (f"{_ENROLLING}::test_a_lost_machine_renews_nothing_and_its_successor_works",),
    ),
    Guard(
        "gateway.terminal.withheld",
        _DESIGN,
        (
            Cut(
                "gateway/src/gateway/terminals/registry.py",
                "name in self._withheld",
                "False",
            ),
        ),
        (_GATEWAY_SUSPENDED,),
    ),
    Guard("checker.enrolment.withdrawn", _DESIGN, (_WITHDRAWN,), (_CHECKER_LOST,)),
    Guard(
        "adapter.withdrawals.newest",
        _DESIGN,
        (holds(WITHDRAWALS, "fetched.number >= self._list.number"),),
        (_ADAPTER_LOST,),
    ),
    Guard(
        "adapter.withdrawals.age",
        _DESIGN,
        (Cut(WITHDRAWALS, " or self._clock.now() > self._list.expires_at", ""),),
        ("wire/tests/kit/test_withdrawals.py::test_an_old_list_lets_nobody_in",),
    ),
    Guard(
        "adapter.withdrawals.signed",
        _DESIGN,
        (
            Cut(
                "wire/src/madoguchi_wire/withdrawn.py",
                "said = WithdrawnList.verified(token, key)",
                "from madoguchi_wire.signed import unverified_payload\n"
                "    said = WithdrawnList.parsed(unverified_payload(token))",
            ),
        ),
        ("wire/tests/kit/test_withdrawals.py::test_only_a_registrars_own_list_counts",),
    ),
    *_all(
        "signed",
        "by a forger",
        Cut(
            ENROLMENT,
            "said = Enrolment.verified(token, load_public_key(registrar))",
            "from madoguchi_wire.signed import unverified_payload\n"
            "    said = Enrolment.parsed(unverified_payload(token))",
        ),
    ),
    *_all(
        "registrar",
        "by a key of another purpose",
        Cut(
            ENROLMENT,
            "keys.find(Enrolment.kid_of(token), KeyPurpose.ENROLMENT, at)",
            "keys._keys.get(Enrolment.kid_of(token))"
            " or keys.find(Enrolment.kid_of(token), KeyPurpose.ENROLMENT, at)",
        ),
    ),
    *_all("terminal", "of another terminal", never(ENROLMENT, "found.said.terminal != terminal")),
    *_all(
        "over",
        "over",
        Cut(ENROLMENT, "said.not_before <= at <= said.not_after", "said.not_before <= at"),
    ),
    *_all(
        "early",
        "not yet",
        Cut(ENROLMENT, "said.not_before <= at <= said.not_after", "at <= said.not_after"),
    ),
    *_all(
        "longest", "longer than any", never(ENROLMENT, "said.not_after - said.not_before > LONGEST")
    ),
    *_all(
        "purpose",
        "keys swapped",
        Cut(
            ENROLMENT,
            "found.keys[purpose]",
            "next((one for one in found.keys.values() if one[0] == kid), found.keys[purpose])",
        ),
    ),
    *(
        Guard(
            f"gateway.enrolling.{name}",
            _DESIGN,
            (cut,),
            (f"{_ENROLLING}::{test}",),
        )
        for name, cut, test in (
            ("used", never(REGISTRAR, 'row["used_by"] is not None'), _ONCE),
            ("expired", never(REGISTRAR, 'row["expired"]'), _NO_OTHER),
            ("tries", never(REGISTRAR, 'row["tries_left"] <= 0'), _NO_OTHER),
            (
                "code",
                never(REGISTRAR, "not compare_digest(expected, proof)"),
                "test_a_request_that_was_replaced_on_its_way_enrols_nothing",
            ),
            (
                "possession",
                never(
                    ASKING,
                    "other != said or said.statement_key == said.token_key"
                    " or said.gateway != gateway",
                ),
                "test_a_request_that_was_replaced_on_its_way_enrols_nothing",
            ),
            (
                "asked",
                never(ASKING, "abs(now - said.asked_at) > ASKED_WITHIN"),
                "test_a_request_that_was_replaced_on_its_way_enrols_nothing",
            ),
            (
                "renewal",
                Cut(
                    ASKING,
                    "same = EnrolmentAsked.verified(renewal, key) == said",
                    "same = EnrolmentAsked.parsed(unverified_payload(renewal)) == said",
                ),
                "test_keys_are_renewed_by_the_present_key_and_overlap",
            ),
            (
                "lost",
                Cut(REGISTRAR, "self.trust.key_set.without(withdrawn)", "self.trust.key_set"),
                "test_a_lost_machine_renews_nothing_and_its_successor_works",
            ),
        )
    ),
    Guard(
        "gateway.report.own-issuance",
        "§2 reports of a terminal are about its own issuances",
        (
            Cut(
                "gateway/src/gateway/issuances/rows.py",
                'FROM issuances WHERE issuance_id = $1 AND terminal = $2"  # noqa',
                'FROM issuances WHERE issuance_id = $1 AND $2::text = $2"  # noqa',
            ),
        ),
        (
            (
                "gateway/tests/issuances/test_deadlines_and_crashes.py"
                "::test_a_report_of_another_terminal_or_key_is_refused"
            ),
        ),
    ),
    Guard(
        "gateway.rates.terminal",
        _DESIGN,
        (never("gateway/src/gateway/terminals/rates.py", "self._asked[of] >= limit"),),
        (
            (
                "gateway/tests/terminals/test_rates.py"
                "::test_each_share_ends_by_itself_and_begins_anew_with_the_minute"
            ),
        ),
    ),
)

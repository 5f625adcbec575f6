"""One issuance, one copy, one answer: what an adapter claims, keeps and closes."""

from proofs.guards.guard import Cut, Guard, never

CLAIM = "municipal-adapter/src/municipal_adapter/claims/claim.py"
CLAIMS = "municipal-adapter/src/municipal_adapter/claims/claims.py"
HANDLES = "municipal-adapter/src/municipal_adapter/household/handles.py"
OUTCOMES = "municipal-adapter/src/municipal_adapter/outcomes/endpoints.py"
CLOSING = "municipal-adapter/src/municipal_adapter/outcomes/closing.py"
EVIDENCE = "municipal-adapter/src/municipal_adapter/outcomes/evidence.py"
_TESTS = "municipal-adapter/tests"
_CLAIMS = f"{_TESTS}/claims/test_claims.py"
_COPY = f"{_CLAIMS}::test_a_copy_belongs_to_one_issuance_and_an_issuance_to_one_copy"


def _one(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"adapter.{name}", design, (cut,), (test,))


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
    _one(
        "outcome.reports-of-issuance",
        "§3 the outcome, with the terminal's signed report",
        never(EVIDENCE, "any(report.issuance != statement.issuance for report in reports)"),
        f"{_TESTS}/outcomes/test_outcome.py"
        "::test_reports_that_the_papers_terminal_did_not_sign_are_refused[issuance]",
    ),
)
_ENDED = f"{_CLAIMS}::test_nothing_is_claimed_or_kept_for_an_issuance_that_has_ended"
_STOPPED = f"{_CLAIMS}::test_an_officers_stop_holds_back_what_is_being_made_and_what_was_made"
_TOLD = tuple(
    _one(f"claim.{name}", design, cut, test)
    for name, design, cut, test in (
        (
            "closed-before",
            "§3 the outcome closes the id even if it comes before the prepare",
            never(CLAIMS, "await connection.fetchval(_CLOSED, copy.issuance)"),
            _ENDED,
        ),
        (
            "closed-while-made",
            "§3 the outcome closes the id even if it comes before the prepare",
            never(CLAIMS, "await self._pool.fetchval(_CLOSED, lease.issuance)"),
            _ENDED,
        ),
        (
            "taken-over",
            "§3 lease",
            never(CLAIMS, 'row is None or not row["mine"]'),
            f"{_CLAIMS}::test_a_claim_whose_holder_died_is_resumed_with_its_certificate_number",
        ),
        (
            "not-free",
            "§3 lease",
            never(CLAIMS, "number is None"),
            f"{_CLAIMS}::test_of_many_who_claim_one_copy_at_once_one_gets_the_lease",
        ),
        (
            "wiped",
            "§3 same id: the same bytes",
            Cut(CLAIM, "raise IssuanceExpired()", "return None"),
            f"{_CLAIMS}::test_answers_are_wiped_once_their_attestation_has_expired",
        ),
        (
            "stopped-while-made",
            "§4 person's rules: blocked",
            never(CLAIMS, 'row["stopped"]'),
            f"{_STOPPED}[person for a record]",
        ),
        (
            "card-ended-while-made",
            "§4 person's rules: blocked",
            never(CLAIMS, 'not row["registered"]'),
            f"{_CLAIMS}::test_the_end_of_a_card_holds_back_what_is_being_made_and_what_was_made",
        ),
        (
            "not-counted",
            "§4 person's rules: blocked",
            never(CLAIMS, 'not row["counted"]'),
            f"{_CLAIMS}::test_replicas_together_never_exceed_a_persons_papers_of_a_day",
        ),
    )
)
GUARDS = (*_CLAIMED, *_TOLD)

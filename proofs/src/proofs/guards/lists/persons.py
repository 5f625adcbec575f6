"""An adapter's rules of persons: each reason against a certificate, and where they are asked."""

from proofs.guards.guard import Cut, Guard, gone, holds, never

RELEASE = "municipal-adapter/src/municipal_adapter/rules/release.py"
AGE = "municipal-adapter/src/municipal_adapter/rules/age.py"
PERSON = "municipal-adapter/src/municipal_adapter/issuing/person.py"
JUDGING = "municipal-adapter/src/municipal_adapter/issuing/judging.py"
PREPARE = "municipal-adapter/src/municipal_adapter/issuing/prepare.py"
VENDOR = "municipal-adapter/src/municipal_adapter/records/vendor/source.py"
ALONE = "municipal-adapter/src/municipal_adapter/records/vendor/one_alone.py"
ANSWER = "municipal-adapter/src/municipal_adapter/household/answer.py"
BINDING = "municipal-adapter/src/municipal_adapter/cardholders/binding.py"
CLAIM = "municipal-adapter/src/municipal_adapter/claims/claim.py"
CLAIMS = "municipal-adapter/src/municipal_adapter/claims/claims.py"
_TESTS = "municipal-adapter/tests"
_RULES = f"{_TESTS}/rules/test_release.py"
_GENERAL = f"{_RULES}::test_each_general_reason_is_found_for_any_member_it_can_concern"
_APART = f"{_RULES}::test_each_reason_that_may_be_told_is_found"
_OWN = f"{_RULES}::test_only_somebody_of_the_own_household_is_released"
_TWO = f"{_RULES}::test_a_person_with_two_entries_that_differ_or_are_twice_gets_nothing"
_SEAL = f"{_RULES}::test_a_seal_is_the_holders_own_active_and_under_the_name_of_today"
_CASES = f"{_RULES}::test_each_case_is_answered_by_its_reason"
_REFUSALS = f"{_TESTS}/issuing/test_refusals.py"
_MOMENTS = (
    f"{_TESTS}/issuing/test_refusals_alike.py"
    "::test_records_too_old_or_from_the_future_release_nothing"
)
_CLAIMS = f"{_TESTS}/claims/test_claims.py"
_MOVED, _BLOCKED = "§4 person's rules: moved", "§4 person's rules: blocked"
_SEALS, _AGE = "§4 person's rules: seal", "§4 person's rules: age"
_FRESH, _GAPS = "§4 person's rules: freshness", "§4 person's rules: gaps"


def _one(name: str, design: str, cut: Cut, *tests: str) -> Guard:
    return Guard(f"adapter.person.{name}", design, (cut,), tests)


_REASONS = (
    _one("gap", _GAPS, never(RELEASE, "facts.fault is not None"), _GENERAL),
    _one("stale", _FRESH, never(RELEASE, "not facts.is_fresh"), _GENERAL),
    Guard(
        "adapter.person.own-household",
        "§2 resolves the person",
        (
            Cut(RELEASE, " or holder.household_id != household.household_id:", ":"),
            never(RELEASE, "holder.resident_id not in numbers"),
            never(
                RELEASE,
                "holder not in household.members or len(set(numbers)) != len(numbers)",
            ),
        ),
        (_OWN,),
    ),
    _one(
        "one-household",
        "§2 resolves the person",
        never(
            RELEASE, "any(one.household_id != household.household_id for one in household.members)"
        ),
        _GENERAL,
    ),
    _one(
        "two-entries",
        "§2 resolves the person",
        never(RELEASE, "holder not in household.members or len(set(numbers)) != len(numbers)"),
        _TWO,
    ),
    _one("mapping", _GAPS, never(RELEASE, "not facts.mapping_fits"), _GENERAL),
    _one(
        "deceased",
        _MOVED,
        never(RELEASE, "holder.status is ResidentStatus.DECEASED"),
        _GENERAL,
    ),
    _one(
        "moved-out",
        _MOVED,
        never(RELEASE, "holder.status is ResidentStatus.MOVED_OUT"),
        _GENERAL,
    ),
    _one(
        "leaving",
        _MOVED,
        never(RELEASE, "any(one.status is ResidentStatus.LEAVING for one in people)"),
        _GENERAL,
    ),
    _one(
        "moved-in-today",
        _MOVED,
        never(RELEASE, "any(_moved_in_on(one) >= facts.today for one in people)"),
        _GENERAL,
    ),
    _one("protected", _BLOCKED, never(RELEASE, "any(one.protected for one in people)"), _GENERAL),
    _one(
        "stopped",
        _BLOCKED,
        never(RELEASE, "any(one.resident_id in facts.stops.persons for one in people)"),
        _GENERAL,
    ),
    _one(
        "change-pending",
        _BLOCKED,
        never(RELEASE, "any(one.change_pending for one in people)"),
        _GENERAL,
    ),
    _one("nobody-chosen", "§3 the order names handles", never(RELEASE, "not chosen"), _OWN),
    _one(
        "a-member",
        "§3 the order names handles",
        never(
            RELEASE,
            "not chosen <= {member.resident_id for member in facts.household.members}",
        ),
        _OWN,
    ),
    _one(
        "card-issued-today",
        _BLOCKED,
        never(RELEASE, "facts.card_valid_from >= facts.today"),
        _APART,
    ),
    _one(
        "under-age",
        _AGE,
        Cut(
            RELEASE,
            "age_on(facts.holder.birth_date, facts.today) < facts.minimum_age",
            "facts.minimum_age < 0",
        ),
        _APART,
    ),
    _one(
        "age-full",
        _AGE,
        Cut(AGE, "return day.year - birth.year - (day < birthday)", "return day.year - birth.year"),
        f"{_TESTS}/rules/test_age.py::test_a_year_is_full_when_the_day_before_the_birthday_has_ended",
    ),
    _one(
        "seal.stopped",
        _SEALS,
        never(RELEASE, "facts.holder.resident_id in facts.stops.seals"),
        _SEAL,
    ),
    _one(
        "seal.own",
        _SEALS,
        Cut(RELEASE, "seal is None or seal.resident_id != holder.resident_id", "seal is None"),
        _SEAL,
    ),
    _one("seal.cancelled", _SEALS, never(RELEASE, "seal.status is SealStatus.CANCELLED"), _CASES),
    _one("seal.suspended", _SEALS, never(RELEASE, "seal.status is SealStatus.SUSPENDED"), _SEAL),
    _one(
        "seal.name",
        _SEALS,
        never(RELEASE, "not any(same_name(seal.registered_name, name) for name in names)"),
        _SEAL,
    ),
)
_ASKED = (
    _one(
        "asked.record",
        _BLOCKED,
        gone(JUDGING, "refuse(why_not_resident_record(facts, numbers), self.asker)"),
        f"{_REFUSALS}::test_what_the_cardholder_knows_anyway_is_told",
    ),
    _one(
        "asked.first",
        "§5 a refusal because of protection measures is the general one",
        gone(JUDGING, "refuse(why_not_anything(facts), self.asker)"),
        f"{_REFUSALS}::test_who_is_protected_never_hears_of_a_wrong_handle",
    ),
    _one(
        "asked.seal",
        _SEALS,
        gone(JUDGING, "refuse(why_not_seal(facts, seal), self.asker)"),
        f"{_REFUSALS}::test_what_the_cardholder_knows_anyway_is_told",
    ),
    _one(
        "asked.household",
        _BLOCKED,
        gone(ANSWER, "refuse(why_not_resident_record(facts, holder), asker)"),
        f"{_REFUSALS}::test_the_household_of_the_same_people_is_refused_in_the_same_words",
    ),
    _one(
        "fresh.limit",
        _FRESH,
        holds(PERSON, "(limit is None or age <= timedelta(seconds=limit))"),
        f"{_MOMENTS}[- interval '2 days']",
    ),
    _one(
        "fresh.future",
        _FRESH,
        Cut(PERSON, "return age >= -CLOCKS_DIFFER and", "return"),
        f"{_MOMENTS}[+ interval '1 hour']",
    ),
    _one(
        "binding",
        _GAPS,
        holds(BINDING, "hmac.compare_digest(registration.bound, wanted)"),
        f"{_TESTS}/cardholders/test_binding.py"
        "::test_a_table_of_cards_shifted_by_one_row_prints_nobody",
    ),
    _one(
        "last-moment.stopped",
        _BLOCKED,
        Cut(
            CLAIMS,
            "SELECT is_stopped($6, $7, $8) AS yes",
            "SELECT is_stopped($6, $7, $8) AND false AS yes",
        ),
        f"{_CLAIMS}::test_an_officers_stop_holds_back_what_is_being_made_and_what_was_made"
        "[person for a record]",
    ),
    _one(
        "stored.stopped",
        _BLOCKED,
        never(CLAIM, "found.is_stopped"),
        f"{_CLAIMS}::test_an_officers_stop_holds_back_what_is_being_made_and_what_was_made"
        "[person for a record]",
    ),
    _one(
        "last-moment.card",
        _BLOCKED,
        Cut(CLAIMS, "serial = $12 AND ended_at IS NULL", "serial = $12"),
        f"{_CLAIMS}::test_the_end_of_a_card_holds_back_what_is_being_made_and_what_was_made",
    ),
    _one(
        "last-moment.card-not-counted",
        _BLOCKED,
        Cut(CLAIMS, "            AND EXISTS (SELECT FROM registered)\n", ""),
        f"{_CLAIMS}::test_the_end_of_a_card_holds_back_what_is_being_made_and_what_was_made",
    ),
    _one(
        "stored.card",
        _BLOCKED,
        never(CLAIM, "not found.is_registered"),
        f"{_CLAIMS}::test_the_end_of_a_card_holds_back_what_is_being_made_and_what_was_made",
    ),
    _one(
        "stored.judged",
        _BLOCKED,
        gone(PREPARE, "await _judge_again(adapter, municipality, request, found)"),
        f"{_TESTS}/issuing/test_repeats.py"
        "::test_a_kept_answer_is_given_again_only_while_the_rules_release_it[protected]",
    ),
    _one(
        "stored.paper",
        _BLOCKED,
        never(PREPARE, "paper_digest(resolved.wanted) != answer.paper"),
        f"{_TESTS}/issuing/test_repeats.py"
        "::test_a_kept_answer_is_given_again_only_while_the_rules_release_it[another seal]",
    ),
    _one(
        "hidden-by-vendor",
        "§5 a refusal because of protection measures is the general one",
        Cut(
            VENDOR,
            'raise UnmappableRecord(f"record: {fault}", resident_id) from None',
            "raise SourceUnavailable(str(fault)) from None",
        ),
        f"{_TESTS}/records/vendor/test_hidden_people.py"
        "::test_whoever_the_server_hides_is_refused_like_everybody_and_counted"
        "[forbidden]",
    ),
    _one(
        "hidden-by-an-error",
        "§5 a refusal because of protection measures is the general one",
        Cut(ALONE, "raise NotAnswered(str(fault)) from None", "raise"),
        f"{_TESTS}/records/vendor/test_hidden_people.py"
        "::test_whoever_the_server_hides_is_refused_like_everybody_and_counted"
        "[an inner error]",
    ),
    _one(
        "papers-a-day",
        _BLOCKED,
        Cut(CLAIMS, "WHERE had.papers < $10", "WHERE had.papers < $10 + 1000"),
        f"{_CLAIMS}::test_replicas_together_never_exceed_a_persons_papers_of_a_day",
    ),
)
_NEITHER = (
    f"{_TESTS}/issuing/test_test_papers.py"
    "::test_neither_goes_with_the_other_and_the_outside_hears_what_it_always_hears"
)
_TEST_PAPERS = Guard(
    "adapter.person.test-record",
    "§2 test papers for test records at test terminals alone",
    (gone(RELEASE, "yield RefusalReason.TEST"),),
    (_NEITHER,),
)
GUARDS = (*_REASONS, *_ASKED, _TEST_PAPERS)

"""What an adapter checks of its records before it believes them, and whom all parts trust."""

from proofs.guards.guard import Cut, Guard, gone, never

APPLYING = "municipal-adapter/src/municipal_adapter/records/files/applying.py"
DECIDING = "municipal-adapter/src/municipal_adapter/records/files/deciding.py"
IMPORTING = "municipal-adapter/src/municipal_adapter/records/files/importing.py"
FILES_SOURCE = "municipal-adapter/src/municipal_adapter/records/files/source.py"
HOLDING = "municipal-adapter/src/municipal_adapter/records/files/holding.py"
SAID = "municipal-adapter/src/municipal_adapter/records/files/said.py"
INPUTS = "municipal-adapter/src/municipal_adapter/inputs.py"
CARDHOLDER = "municipal-adapter/src/municipal_adapter/requests/cardholder_request.py"
SESSIONS = "gateway/src/gateway/cardholders/sessions.py"
TRUST_LIST = "wire/src/madoguchi_wire/trust_list.py"
TRUST = "wire/src/madoguchi_wire/kit/trust.py"
AUTHORITIES = "wire/src/madoguchi_wire/kit/card_authorities.py"
_TESTS = "municipal-adapter/tests"
_FILE = f"{_TESTS}/records/files/test_deciding.py::test_each_file_is_told_for_what_it_is"
_SHOWN = (
    f"{_TESTS}/records/files/test_contradictions.py"
    "::test_a_batch_that_does_not_show_the_changes_that_it_has_by_its_number_stops_the_source"
)
_LOST = f"{_TESTS}/records/files/test_lost_changes.py"
_LOOKED = (
    f"{_LOST}::test_after_a_batch_by_whomever_nothing_is_issued_until_the_folder_was_looked_through"
    "[begin anew]"
)
SQL_SOURCE = "municipal-adapter/src/municipal_adapter/records/sql/source.py"
VENDOR_SOURCE = "municipal-adapter/src/municipal_adapter/records/vendor/source.py"
VENDOR_ANSWERS = "municipal-adapter/src/municipal_adapter/records/vendor/answers.py"
_CROSSED = (
    f"{_TESTS}/records/vendor/test_crossed_answers.py"
    "::test_an_answer_of_another_person_household_or_version_is_no_record"
)
_HELD = f"{_TESTS}/records/files/test_held.py"
_TRUST = "wire/tests/test_trust_list.py"
_GAPS, _FRESH = "§4 person's rules: gaps", "§4 person's rules: freshness"


def _one(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(name, design, (cut,), (test,))


_ANSWERS = (
    _one(
        "adapter.records.sql-somebody-else",
        "§2 resolves the person",
        Cut(SQL_SOURCE, "found is not None and found.resident_id == resident_id", "True"),
        f"{_TESTS}/records/sql/test_examples.py"
        "::test_every_record_reads_as_in_our_own_tables[sqlite-copy]",
    ),
    _one(
        "adapter.records.vendor-somebody-else",
        "§2 resolves the person",
        never(VENDOR_SOURCE, "found.resident.resident_id != resident_id"),
        _CROSSED,
    ),
    _one(
        "adapter.records.vendor-version",
        _FRESH,
        gone(
            VENDOR_SOURCE,
            "await check_version(self.client, self.records, found.version, self.version)",
        ),
        _CROSSED,
    ),
    _one(
        "adapter.records.vendor-own-entry",
        "§2 resolves the person",
        never(VENDOR_ANSWERS, "of_the_same_number != [resident]"),
        _CROSSED,
    ),
    _one(
        "adapter.records.vendor-household",
        "§2 resolves the person",
        never(
            VENDOR_ANSWERS,
            "any(one.household_id != household.household_id for one in (resident, *of_today))",
        ),
        _CROSSED,
    ),
)
_RECORDS = (
    _one(
        "adapter.records.gap",
        _GAPS,
        Cut(
            DECIDING,
            "imported.last is None or header.first > imported.last + 1",
            "imported.last is None",
        ),
        f"{_FILE}[an event is missing]",
    ),
    _one(
        "adapter.records.before-a-batch",
        _GAPS,
        Cut(
            DECIDING,
            "imported.last is None or header.first > imported.last + 1:\n"
            "        return Decision.GAP",
            "imported.last is None:\n        return Decision.APPLY",
        ),
        f"{_TESTS}/records/files/test_deciding.py::test_events_before_any_batch_wait",
    ),
    _one(
        "adapter.records.conflict",
        _GAPS,
        never(DECIDING, "is_known and not _is_of_a_later_night(imported, header)"),
        f"{_FILE}[another batch of the same number]",
    ),
    _one(
        "adapter.records.same-night",
        _FRESH,
        Cut(DECIDING, "and header.made_at > imported.batch_made_at", ""),
        f"{_TESTS}/records/files/test_deciding.py"
        "::test_a_batch_of_the_same_number_is_another_one_only_if_it_was_made_later",
    ),
    _one(
        "adapter.records.otherwise",
        _FRESH,
        Cut(HOLDING, "before.digest IS DISTINCT FROM now.digest", "false"),
        f"{_HELD}::test_a_batch_of_old_data_with_a_high_number_gives_nothing_back[a change]",
    ),
    _one(
        "adapter.records.left-the-household",
        _FRESH,
        Cut(HOLDING, "before.is_member AND NOT", "false AND NOT"),
        f"{_HELD}::test_whoever_left_the_household_by_a_batch_alone_is_held_there"
        "[out of the records]",
    ),
    _one(
        "adapter.records.settled-by-old-words",
        _FRESH,
        Cut(SAID, "said.sequence >= (", "-1 < ("),
        f"{_HELD}::test_only_a_change_of_what_was_there_settles_what_a_batch_shows[49-nothing]",
    ),
    _one(
        "adapter.records.not-looked-through",
        _GAPS,
        Cut(FILES_SOURCE, "looked_after not in (None, await last_batch(own.connection))", "False"),
        _LOOKED,
    ),
    _one(
        "adapter.records.look-again",
        _GAPS,
        never(FILES_SOURCE, "batch != self._looked_after"),
        _LOOKED,
    ),
    _one(
        "adapter.records.seen-before-a-restart",
        _FRESH,
        never(IMPORTING, "await was_before_a_restart(connection, file.digest)"),
        f"{_LOST}::test_a_batch_that_was_seen_before_the_numbers_began_anew_counts_no_more[4]",
    ),
    _one(
        "adapter.records.overlap",
        _GAPS,
        Cut(DECIDING, "kind == header.kind and first <=", "False and first <="),
        f"{_FILE}[numbers that overlap]",
    ),
    _one(
        "adapter.records.old",
        _FRESH,
        Cut(
            DECIDING,
            "return Decision.OLD if _is_old(imported, header) else Decision.APPLY",
            "return Decision.APPLY",
        ),
        f"{_FILE}[a batch from before]",
    ),
    _one(
        "adapter.records.taken-back",
        _FRESH,
        never(
            DECIDING,
            "imported.changes_made_at is not None and batch.made_at < imported.changes_made_at",
        ),
        f"{_FILE}[a batch made before changes that were applied]",
    ),
    _one(
        "adapter.records.swallowed",
        _GAPS,
        never(DECIDING, "not in_batch"),
        f"{_FILE}[made after the batch that has them]",
    ),
    _one(
        "adapter.records.taken-back-by-a-batch",
        _GAPS,
        never(APPLYING, "changes := await unshown(connection, 0, header.sequence)"),
        f"{_SHOWN}[after the changes-change]",
    ),
    _one(
        "adapter.records.swallowed-by-a-batch",
        _GAPS,
        gone(APPLYING, "await note_unshown(connection, found)"),
        f"{_SHOWN}[before them-change]",
    ),
    _one(
        "adapter.records.future",
        _FRESH,
        never(DECIDING, "header.made_at > now + CLOCKS_DIFFER"),
        f"{_FILE}[from the future]",
    ),
    _one(
        "adapter.records.foreign",
        "§5 records apart",
        never(DECIDING, "header.municipality != imported.municipality"),
        f"{_FILE}[another municipality]",
    ),
    _one(
        "adapter.records.fonts",
        "§4 glyphs drawn, not only text",
        never(INPUTS, "sha256(_read(font)).hexdigest() != digest"),
        f"{_TESTS}/test_inputs.py::test_a_font_that_was_not_approved_is_not_printed_with",
    ),
)
_TRUSTED = (
    _one(
        "adapter.session.keys",
        "§2 session: both public keys",
        gone(CARDHOLDER, "check_session_keys(session.statement)"),
        f"{_TESTS}/requests/test_without_a_card.py"
        "::test_a_session_that_nothing_can_be_sealed_to_is_refused_before_anything_is_claimed",
    ),
    _one(
        "gateway.session.keys",
        "§2 session: both public keys",
        gone(SESSIONS, "check_session_keys(statement)"),
        "gateway/tests/cardholders/test_sessions.py"
        "::test_a_session_that_says_something_else_is_refused[a sealing key of zeros]",
    ),
    _one(
        "shared.trust-list.environment",
        "§2 nothing made by demo or tests is trusted outside development",
        never(TRUST_LIST, "trust.environment != environment"),
        f"{_TRUST}::test_a_list_of_another_environment_is_refused_both_ways",
    ),
    _one(
        "shared.trust-list.validity",
        "§2 trust list: expiring",
        never(TRUST_LIST, "not trust.issued_at <= at <= trust.expires_at"),
        f"{_TRUST}::test_a_list_holds_from_its_issue_to_its_expiry",
    ),
    _one(
        "shared.trust-list.never-back",
        "§2 trust list: never rolled back",
        never(TRUST_LIST, "trust.version < newest_version_seen"),
        f"{_TRUST}::test_a_list_that_is_rolled_back_is_refused",
    ),
    _one(
        "shared.trust-list.expired-meanwhile",
        "§2 trust list: expiring",
        never(TRUST, "self.fault() is not None"),
        "wire/tests/kit/test_trust.py::test_an_expired_list_trusts_nobody_until_a_newer_one_comes",
    ),
    _one(
        "shared.development-authority",
        "§2 nothing made by demo or tests is trusted outside development",
        never(AUTHORITIES, 'one.authority.is_for_development and environment != "development"'),
        "wire/tests/kit/test_card_authorities.py"
        "::test_production_refuses_an_authority_made_by_demo_or_tests",
    ),
)
GUARDS = (*_RECORDS, *_ANSWERS, *_TRUSTED)

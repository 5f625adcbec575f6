"""The archive: what it keeps, how it proves itself, and the script that auditors run offline."""

from proofs.guards.guard import Cut, Guard, gone, holds, never

_ROOM = "services/audit/src/audit"
EVENT, KEEPING = f"{_ROOM}/archive/event.py", f"{_ROOM}/archive/keeping.py"
PARTITIONS = f"{_ROOM}/consuming/partitions.py"
STAMP, READING = f"{_ROOM}/archive/stamp.py", f"{_ROOM}/reports/reading.py"
COUNTING = f"{_ROOM}/reports/counting.py"
VERIFY, ROWS = f"{_ROOM}/verifying/verify.py", f"{_ROOM}/verifying/rows.py"
ORDER, PARTS = f"{_ROOM}/verifying/order.py", f"{_ROOM}/verifying/chain.py"
HEADS, COUNTED = f"{_ROOM}/verifying/heads.py", f"{_ROOM}/verifying/counted.py"
JOURNAL = f"{_ROOM}/verifying/journal.py"
REMOVED, LEFT = f"{_ROOM}/verifying/removed.py", f"{_ROOM}/recall/left_out.py"
SCRIPT = f"{_ROOM}/package/verify.py"
_TESTS = "services/audit/tests"
_BAD = f"{_TESTS}/archive/test_event.py::test_what_does_not_belong_is_refused_with_its_reason"
_T = f"{_TESTS}/verifying/test_verify.py"
_C, _R = f"{_TESTS}/verifying/test_counted.py", f"{_TESTS}/verifying/test_rows.py"
_PACKAGE = f"{_TESTS}/package/test_package.py"
_CLAIMS = f"{_TESTS}/package/test_claims.py"
_LIE = f"{_TESTS}/package/test_script.py::test_each_lie_about_stamps_is_named"
_PROOF = "§5 any change, loss, addition or exchange of events is found and named"
_KEPT = "§5 archives keep each event once"
_OFFLINE = "§5 an auditor verifies offline, with nothing of ours"


def _of(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"archive.{name}", design, (cut,), (test,))


_ARCHIVED = (
    *(
        _of(f"event.{name}", _KEPT, never(EVENT, condition), f"{_BAD}[{what}]")
        for name, condition, what in (
            ("centre", "envelope.source != centre", "another centre"),
            ("spelling", "canonical_json(read) != value", "another spelling"),
            ("time", "not can_be_archived(envelope.time, now)", "a time to come"),
            ("size", "len(value) > MAXIMUM_BYTES", "too large"),
            ("depth", "_is_deeper(read, DEEPEST)", "nested"),
        )
    ),
    _of(
        "gap.asked-again",
        _KEPT,
        never(PARTITIONS, "offset > following and self._read_again.get(partition) != following"),
        f"{_TESTS}/consuming/test_partitions.py"
        "::test_what_is_not_given_is_asked_for_once_more_and_then_takes_up_no_message[1-0]",
    ),
    _of(
        "topic.anew",
        _KEPT,
        never(
            PARTITIONS,
            "now is not None and was.topic_id is not None and now != was.topic_id",
        ),
        f"{_TESTS}/consuming/test_kafka.py"
        "::test_a_topic_made_anew_and_filled_beyond_where_it_stood_is_read_from_its_beginning",
    ),
    _of(
        "stamp.signed",
        _KEPT,
        never(STAMP, "fault.name in _NOT_SIGNED"),
        f"{_TESTS}/archive/test_stamp.py"
        "::test_what_others_signed_is_set_aside_and_the_archive_verifies[other keys]",
    ),
    _of(
        "report.stamped",
        _KEPT,
        never(READING, 'not row["is_stamped"]'),
        f"{_TESTS}/reports/test_reports.py::test_what_no_stamp_covers_counts_nowhere_and_is_told",
    ),
    _of(
        "recall.overdue",
        _KEPT,
        Cut(
            LEFT,
            "count(*) FILTER (WHERE time < {moment})",
            "count(*) FILTER (WHERE {moment}::timestamptz IS NULL)",
        ),
        f"{_TESTS}/recall/test_recall.py::test_a_recall_that_lacks_a_papers_end_says_so",
    ),
    _of(
        "report.overdue",
        _KEPT,
        gone(COUNTING, "self._facts.overdue += time < self._facts.made_at - OVERDUE"),
        f"{_TESTS}/reports/test_reports.py::test_a_report_that_lacks_what_was_stamped_says_so",
    ),
    _of(
        "event.other-bytes",
        _KEPT,
        Cut(KEEPING, "if known[_key(event)] != event.digest", "if False"),
        f"{_TESTS}/consuming/test_files.py::test_an_event_that_comes_again_with_other_bytes_is_told",
    ),
)
_VERIFIED = (
    _of(
        "verify.stamps",
        _PROOF,
        gone(VERIFY, "chain.finish()"),
        f"{_T}::test_two_swapped_leaves_of_a_stamp_are_found_and_named",
    ),
    _of(
        "verify.heads",
        _PROOF,
        Cut(PARTS, "self._judge([head for _, head in self._heads])", "self._judge([])"),
        f"{_T}::test_a_cut_tail_is_found_by_what_witnesses_saw",
    ),
    _of(
        "verify.event-of-nobody",
        _PROOF,
        never(ROWS, 'row["known"] is None'),
        f"{_T}::test_an_event_that_nobody_stamped_is_found",
    ),
    _of(
        "verify.digest-of-then",
        _PROOF,
        never(ROWS, 'row["digest"] != row["known"]'),
        f"{_T}::test_a_change_with_its_own_digest_made_to_fit_is_found",
    ),
    _of(
        "verify.bytes",
        _PROOF,
        never(ROWS, 'event_digest(row["canonical"]) != row["digest"]'),
        f"{_T}::test_one_changed_byte_is_found_and_named[0]",
    ),
    _of(
        "verify.payload",
        _PROOF,
        never(ROWS, 'row["emptied_by_nobody"]'),
        f"{_T}::test_a_payload_that_was_emptied_by_hand_is_found",
    ),
    _of(
        "verify.payload.held",
        _PROOF,
        Cut(ROWS, "holds.placed_at <= removals.removed_at", "false"),
        f"{_T}::test_a_removal_has_to_be_by_a_rule_past_and_free_of_holds[held]",
    ),
    _of(
        "verify.payload.to-come",
        _PROOF,
        Cut(ROWS, "removals.removed_at <= $2", "$2::timestamptz IS NOT NULL"),
        f"{_T}::test_a_removal_has_to_be_by_a_rule_past_and_free_of_holds[to come]",
    ),
    _of(
        "verify.payload.archived",
        _PROOF,
        Cut(ROWS, "removals.removed_at >= events.archived_at", "$2::timestamptz IS NOT NULL"),
        f"{_T}::test_a_removal_has_to_be_by_a_rule_past_and_free_of_holds[before it was archived]",
    ),
    *(
        _of(
            f"verify.payload.{name}",
            _PROOF,
            never(ROWS, f'row["{column}"]'),
            f"{_R}::test_an_emptied_row_says_nothing_else_than_is_proven[{case}]",
        )
        for name, column, case in (
            ("day", "other_day", "another day"),
            ("time", "other_time", "another day and time"),
        )
    ),
    _of(
        "verify.payload.municipality",
        _PROOF,
        never(ROWS, 'row["of_siblings"] is not None'),
        f"{_R}::test_an_emptied_row_says_nothing_else_than_is_proven[another municipality]",
    ),
    _of(
        "verify.payload.sums",
        _PROOF,
        never(REMOVED, "not least <= told <= least + looked.doubtful[municipality]"),
        f"{_R}::test_as_many_payloads_are_gone_as_retention_says[0]",
    ),
    *(
        _of(
            f"verify.counted.{name}",
            _PROOF,
            Cut(COUNTED, f"connection.cursor({old}", f"connection.cursor({new}"),
            f"{_C}::{test}",
        )
        for name, old, new, test in (
            (
                "left-out",
                "_LEFT_OUT, centre)",
                "_LEFT_OUT + ' LIMIT 0', centre)",
                "test_a_stamped_event_that_is_not_counted_is_named",
            ),
            (
                "unjudged",
                "_UNJUDGED, centre, after)",
                "_UNJUDGED + ' LIMIT 0', centre, after)",
                "test_a_stamp_that_was_never_judged_is_named",
            ),
            (
                "gone",
                "_GONE)",
                "_GONE + ' LIMIT 0')",
                "test_a_record_that_is_gone_beside_another_of_its_stamp_is_named",
            ),
            (
                "unstamped",
                "_COUNTED)",
                "_COUNTED + ' LIMIT 0')",
                "test_what_is_counted_without_a_stamp_is_named",
            ),
        )
    ),
    _of(
        "verify.stamp.columns",
        _PROOF,
        never(VERIFY, "stamp.differing"),
        f"{_T}::test_a_day_begins_where_signed_times_say_so",
    ),
    _of(
        "verify.first-day",
        _PROOF,
        Cut(VERIFY, "before.number - 1", "before.number"),
        f"{_T}::test_a_day_begins_where_signed_times_say_so",
    ),
    *(
        _of(
            f"verify.journal.{name}",
            _PROOF,
            cut,
            f"{_TESTS}/verifying/test_journal.py::{test}",
        )
        for name, cut, test in (
            (
                "chain",
                never(JOURNAL, "digest != expected"),
                "test_an_entry_that_is_no_json_is_named",
            ),
            (
                "places",
                never(JOURNAL, "position != place"),
                "test_an_entry_that_is_gone_is_named",
            ),
            (
                "rows",
                Cut(
                    JOURNAL,
                    "connection.cursor(_DIFFERING):",
                    "connection.cursor(_DIFFERING + ' LIMIT 0'):",
                ),
                "test_a_row_that_is_changed_deleted_or_added_is_named[accesses]",
            ),
            (
                "cut",
                never(JOURNAL, "one.head.position > found.entries"),
                "test_a_journal_that_is_written_anew_or_cut_differs_from_what_others_noted",
            ),
            (
                "noted",
                Cut(JOURNAL, " or one.head.digest != found.digest", ""),
                "test_a_journal_that_is_written_anew_or_cut_differs_from_what_others_noted",
            ),
            (
                "stamped",
                Cut(JOURNAL, "FROM events JOIN covered USING (digest)", "FROM events"),
                "test_a_stamped_event_that_notes_the_head_is_held_to_it",
            ),
        )
    ),
    _of(
        "verify.twice",
        _PROOF,
        Cut(
            ORDER,
            "connection.cursor(_TWICE, since):",
            "connection.cursor(_TWICE + ' LIMIT 0', since):",
        ),
        f"{_TESTS}/verifying/test_order.py::test_a_forged_second_is_told_from_the_stamped_one",
    ),
    _of(
        "verify.columns",
        _PROOF,
        never(ROWS, "differing"),
        f"{_T}::test_a_column_that_says_something_else_is_found",
    ),
    _of(
        "verify.missing",
        _PROOF,
        holds(ORDER, 'row["may_come"]'),
        f"{_T}::test_one_deleted_event_is_found_and_named[0]",
    ),
    _of(
        "verify.unstamped",
        _PROOF,
        holds(ORDER, 'not (row["is_late"] or row["is_overdue"])'),
        f"{_T}::test_a_change_with_all_digests_made_to_fit_is_found",
    ),
    _of(
        "verify.overdue",
        _PROOF,
        Cut(ORDER, ' or row["is_overdue"]', ""),
        f"{_T}::test_what_no_stamp_names_for_hours_is_named_though_stamps_stopped",
    ),
    _of(
        "verify.end",
        _PROOF,
        gone(PARTS, "self.faults += map(Fault.of, self.seen.finish(self.end.number))"),
        f"{_T}::test_a_cut_tail_is_found_by_what_witnesses_saw",
    ),
    _of(
        "verify.answer-of-another",
        _PROOF,
        never(HEADS, "said.municipality != municipality"),
        f"{_T}::test_a_witness_that_is_away_or_answers_for_another_is_named",
    ),
    _of(
        "verify.gaps",
        _PROOF,
        Cut(
            ORDER,
            "connection.cursor(_GAPS, since, from_the_beginning):",
            "connection.cursor(_GAPS + ' LIMIT 0', since, from_the_beginning):",
        ),
        f"{_T}::test_a_gap_within_an_issuance_is_found",
    ),
    _of(
        "verify.order",
        _PROOF,
        Cut(ORDER, "connection.cursor(_ORDER):", "connection.cursor(_ORDER + ' LIMIT 0'):"),
        f"{_T}::test_an_issuance_that_was_stamped_in_another_order_is_found",
    ),
)
_BY_AUDITORS = (
    *(
        _of(f"package.{name}", _OFFLINE, cut, f"{_LIE}[{lie}]")
        for name, cut, lie in (
            (
                "signature",
                Cut(SCRIPT, 'raise Refused("the signature is wrong") from None', "pass"),
                "signature",
            ),
            (
                "type",
                Cut(
                    SCRIPT,
                    '(header["alg"], header["typ"]) != ("ES256", kind.typ)',
                    'header["alg"] != "ES256"',
                ),
                "type",
            ),
            ("purpose", Cut(SCRIPT, ' or key["purpose"] != purpose', ""), "purpose"),
            (
                "validity",
                never(SCRIPT, 'not key["not_before"] <= at <= key["not_after"]'),
                "validity",
            ),
            (
                "centre",
                never(SCRIPT, 'owner != centre or here.said["centre"] != centre'),
                "centre",
            ),
            (
                "first",
                never(SCRIPT, 'here.number == 1 and here.said["previous"] != FIRST_PREVIOUS'),
                "first",
            ),
            ("number", Cut(SCRIPT, "if here.number != last.number + 1:", "if False:"), "number"),
            (
                "previous",
                Cut(SCRIPT, 'elif here.said["previous"] != last.digest:', "elif False:"),
                "previous",
            ),
            (
                "total",
                Cut(
                    SCRIPT,
                    'elif here.said["total"] != last.said["total"] + here.said["events"]:',
                    "elif False:",
                ),
                "total",
            ),
            (
                "leaves",
                Cut(SCRIPT, 'merkle_root(leaves) != here.said["root"]', "False"),
                "leaves",
            ),
            ("count", Cut(SCRIPT, 'len(leaves) != here.said["events"]', "False"), "count"),
            (
                "witness",
                Cut(
                    SCRIPT,
                    'elif (said["number"], said["stamp"]) != (number, here.digest):',
                    "elif False:",
                ),
                "witness",
            ),
            ("witness.name", never(SCRIPT, 'said["municipality"] != owner'), "name"),
            (
                "time",
                Cut(
                    SCRIPT,
                    'elif here.said["stamped_at"] < last.said["stamped_at"]:',
                    "elif False:",
                ),
                "time",
            ),
            ("enough", never(SCRIPT, "len(signed) < NEEDED"), "enough"),
            (
                "head",
                never(
                    SCRIPT, '(said["stamp"], said["total"]) != (here.digest, here.said["total"])'
                ),
                "head",
            ),
            ("tail", Cut(SCRIPT, "seen[number] if number > last else ()", "()"), "tail"),
            (
                "head-refused",
                Cut(SCRIPT, 'yield f"a witness\'s head is refused: {error}"', "yield from ()"),
                "head refused",
            ),
        )
    ),
    *(
        _of(f"package.{name}", _OFFLINE, cut, f"{_PACKAGE}::{test}")
        for name, cut, test in (
            ("end", never(SCRIPT, "told < NEEDED"), "test_a_cut_tail_is_named"),
            (
                "end.old",
                Cut(SCRIPT, 'said["as_of"] >= claimed - TOLERANCE for said', "True for said"),
                "test_an_auditor_brings_what_municipalities_told_him",
            ),
            (
                "end.behind",
                Cut(SCRIPT, "if not lacks and (", "if ("),
                "test_an_auditor_brings_what_municipalities_told_him",
            ),
            (
                "trust-list",
                never(SCRIPT, 'said["expires_at"] < moment'),
                "test_a_trust_list_is_told_and_has_to_count_then",
            ),
            (
                "overdue",
                Cut(SCRIPT, "elif line.time < moment - OVERDUE:", "elif False:"),
                "test_what_no_stamp_names_is_packed_and_named_when_it_is_overdue",
            ),
            (
                "overdue.by-witnesses",
                Cut(
                    SCRIPT,
                    'known[NEEDED - 1]["as_of"] if len(known) >= NEEDED else claimed',
                    "claimed",
                ),
                "test_what_no_stamp_names_is_packed_and_named_when_it_is_overdue",
            ),
        )
    ),
    *(
        _of(f"package.{name}", _OFFLINE, cut, f"{_CLAIMS}::{test}")
        for name, cut, test in (
            (
                "beginning",
                never(SCRIPT, "first_day is None and first != 1"),
                "test_a_beginning_that_is_gone_is_named",
            ),
            (
                "beginning.shown",
                Cut(SCRIPT, "elif first > 1 and before is None:", "elif False:"),
                "test_a_package_of_days_shows_that_it_begins_and_ends_with_them",
            ),
            (
                "beginning.days",
                never(SCRIPT, "before and not (first_day and _day_of(before) < first_day)"),
                "test_a_package_of_days_shows_that_it_begins_and_ends_with_them",
            ),
            (
                "beginning.linked",
                Cut(SCRIPT, "*([package.before] if package.before else ()), ", ""),
                "test_a_package_of_days_shows_that_it_begins_and_ends_with_them",
            ),
            (
                "first-day",
                Cut(SCRIPT, "(first_day and made < first_day) or ", ""),
                "test_a_package_of_days_shows_that_it_begins_and_ends_with_them",
            ),
            (
                "last-day",
                Cut(SCRIPT, " or (last_day and made > last_day)", ""),
                "test_a_package_of_days_shows_that_it_begins_and_ends_with_them",
            ),
            (
                "hidden",
                never(SCRIPT, 'line.why == "other" and municipality is None'),
                "test_an_event_that_is_hidden_as_anothers_is_named",
            ),
            (
                "hidden.why",
                Cut(SCRIPT, '("|".join(WITHOUT), str)', '(".*", str)'),
                "test_an_event_that_is_hidden_as_anothers_is_named",
            ),
            (
                "hidden.scope",
                Cut(
                    SCRIPT,
                    'elif line.event and municipality not in (None, line.event["municipality"]):',
                    "elif False:",
                ),
                "test_what_is_hidden_in_a_package_of_one_municipality",
            ),
            (
                "hidden.beginning",
                Cut(SCRIPT, "and before == 0 and not is_from_first:", "and before == 0:"),
                "test_what_is_hidden_in_a_package_of_one_municipality",
            ),
            (
                "hidden.end",
                never(SCRIPT, "going := without_end(package.proven, moment)"),
                "test_what_is_hidden_in_a_package_of_one_municipality",
            ),
            (
                "counts",
                never(SCRIPT, "manifest[name] != found"),
                "test_what_a_manifest_counts_is_there",
            ),
            (
                "format",
                never(SCRIPT, 'told["format"] != FORMAT'),
                "test_what_a_manifest_counts_is_there",
            ),
        )
    ),
    _of(
        "package.shapes",
        _OFFLINE,
        never(SCRIPT, "not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII)"),
        f"{_TESTS}/package/test_spoilt.py"
        "::test_no_byte_changes_what_is_claimed_and_none_ends_the_script",
    ),
    _of(
        "package.removed.once",
        _OFFLINE,
        gone(SCRIPT, "del removed[start : start + lacking]"),
        f"{_TESTS}/package/test_script.py::test_each_removed_payload_explains_one_event_that_lacks",
    ),
    _of(
        "package.events.changed",
        _OFFLINE,
        Cut(
            SCRIPT, 'yield f"{name}: changed: line {following + 1} is not what was stamped"', "pass"
        ),
        f"{_PACKAGE}::test_one_changed_byte_is_named",
    ),
    _of(
        "package.events.missing",
        _OFFLINE,
        gone(SCRIPT, 'yield f"{name}: missing"'),
        f"{_PACKAGE}::test_one_deleted_event_is_named",
    ),
    _of(
        "package.events.order",
        _OFFLINE,
        gone(
            SCRIPT,
            'yield f"{name}: out of order: it stands in line {places[leaf]}, not {following + 1}"',
        ),
        f"{_PACKAGE}::test_two_swapped_events_are_named",
    ),
    _of(
        "package.events.foreign",
        _OFFLINE,
        Cut(SCRIPT, "lines[following:]", "()"),
        f"{_TESTS}/package/test_script.py::test_an_event_that_nobody_stamped_is_named",
    ),
    _of(
        "package.events.sequence",
        _OFFLINE,
        Cut(SCRIPT, "if 0 <= lacking <= bisect(removed, line.number) - start:", "if True:"),
        f"{_TESTS}/package/test_script.py::test_a_gap_within_an_issuance_is_named",
    ),
)
GUARDS = (*_ARCHIVED, *_VERIFIED, *_BY_AUDITORS)

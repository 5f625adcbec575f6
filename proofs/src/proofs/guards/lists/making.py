"""The last looks before a paper leaves: the way back, races, vendors' documents."""

from proofs.guards.guard import Cut, Guard, gone, holds, never

ANEW = "municipal-adapter/src/municipal_adapter/certificates/anew.py"
WORKERS = "municipal-adapter/src/municipal_adapter/certificates/workers.py"
DOCUMENT = "municipal-adapter/src/municipal_adapter/issuing/document.py"
WAY_BACK = "municipal-adapter/src/municipal_adapter/issuing/way_back.py"
PREPARE = "municipal-adapter/src/municipal_adapter/issuing/prepare.py"
VENDOR = "municipal-adapter/src/municipal_adapter/records/vendor/documents.py"
READING = "municipal-adapter/src/municipal_adapter/records/vendor/reading.py"
_TESTS = "municipal-adapter/tests"
_VENDOR = f"{_TESTS}/records/vendor/test_vendor.py"
_CROSSED = f"{_TESTS}/records/vendor/test_crossed_answers.py"
_MIX_UP = f"{_VENDOR}::test_another_persons_page_paper_or_record_is_a_mix_up"
_TEXT, _DRAWN = "§4 every page read back against the record", "§4 glyphs drawn, not only text"


def _text(name: str, cut: Cut, *tests: str) -> Guard:
    return Guard(f"adapter.page.{name}", _TEXT, (cut,), tests)


_RACES = f"{_TESTS}/issuing/test_race.py"
_MAKING = (
    _text(
        "withheld-stays",
        Cut(
            PREPARE,
            "_FINAL = (PersonRefused, ReadBackFailed, SessionRefused)",
            "_FINAL = (PersonRefused, SessionRefused)",
        ),
        f"{_TESTS}/issuing/test_read_back_refused.py"
        "::test_trying_again_does_not_print_what_failed_its_check",
    ),
    _text(
        "finished-late",
        never(PREPARE, "now > request.deadline"),
        f"{_CROSSED}::test_a_paper_that_is_finished_after_the_deadline_is_not_released",
    ),
    _text(
        "one-version",
        holds(DOCUMENT, "now.wanted.content == resolved.wanted.content"),
        f"{_RACES}::test_a_move_entered_at_any_read_shows_wholly_or_not_at_all",
    ),
    _text(
        "records-again",
        Cut(
            DOCUMENT,
            "changed = snapshot.version != before.wanted.records_version",
            "changed = False",
        ),
        f"{_RACES}::test_protection_entered_before_the_page_is_finished_refuses",
    ),
    _text(
        "way-back",
        never(WAY_BACK, "not any(_leads_back(one, kind, chosen, holders) for one in candidates)"),
        f"{_TESTS}/issuing/test_planted_records.py"
        "::test_a_record_that_another_question_does_not_find_again_does_not_leave",
    ),
    _text(
        "way-back.chosen",
        Cut(
            WAY_BACK,
            "candidate.resident in chosen and not candidate.household",
            "not candidate.household",
        ),
        f"{_TESTS}/issuing/test_way_back.py::test_who_was_not_chosen_does_not_lead_back",
    ),
    _text(
        "way-back.household",
        Cut(
            WAY_BACK,
            "candidate.resident in chosen and not candidate.household.isdisjoint(holders)",
            "candidate.resident in chosen",
        ),
        f"{_TESTS}/issuing/test_planted_records.py"
        "::test_a_second_household_in_the_list_does_not_leave",
    ),
    _text(
        "way-back.seal",
        Cut(WAY_BACK, "return candidate.resident in holders", "return True"),
        f"{_TESTS}/issuing/test_way_back.py::test_a_seal_leads_back_to_its_holder_alone",
    ),
    _text(
        "vendor.record-beside",
        gone(VENDOR, "self._check_record_beside(answer, wanted)"),
        _MIX_UP,
    ),
    _text(
        "vendor.compared",
        Cut(
            VENDOR,
            "paper = compare(drawn, expected, self._words, self._approved)",
            "paper = __import__('municipal_adapter.readback.read_back', fromlist=['Paper'])"
            ".Paper(len(pages), ())",
        ),
        _MIX_UP,
    ),
    _text(
        "vendor.as-given",
        gone(READING, "_check_given(pdf, most_pages)"),
        f"{_VENDOR}::test_a_document_that_is_not_what_it_should_be_is_kept_back_as_evidence",
    ),
    _text(
        "vendor.bounds",
        never(ANEW, "marks > _MOST_MARKS or characters > _MOST_CHARACTERS"),
        f"{_TESTS}/certificates/test_anew.py::test_more_than_any_certificate_has_is_not_drawn",
    ),
    _text(
        "vendor.version",
        gone(
            VENDOR,
            "await check_version(self._client, self._records, version, wanted.records_version)",
        ),
        f"{_CROSSED}::test_a_paper_of_a_version_that_the_server_does_not_have_is_none",
    ),
    _text(
        "compared",
        Cut(
            WORKERS,
            "paper = read_back(pdf, prepared.written, self._words, self._approved)",
            "paper = __import__('municipal_adapter.readback.read_back', fromlist=['Paper'])"
            ".Paper(1, ())",
        ),
        f"{_TESTS}/certificates/test_workers.py::test_what_differs_from_the_record_does_not_leave",
    ),
)
GUARDS = (*_MAKING,)

"""Reading back: what an adapter compares on every page."""

from proofs.guards.guard import Cut, Guard, gone, never

_ROOM = "municipal-adapter/src/municipal_adapter/readback"
READ_BACK = f"{_ROOM}/read_back.py"
ORDER = f"{_ROOM}/drawn/order.py"
SPACES = f"{_ROOM}/spaces.py"
SETTING = f"{_ROOM}/drawn/setting.py"
READING = f"{_ROOM}/reading.py"
SEALS = f"{_ROOM}/seals.py"
PEOPLE = f"{_ROOM}/people.py"
WORKERS = "municipal-adapter/src/municipal_adapter/certificates/workers.py"
_TESTS = "municipal-adapter/tests"
_READ = f"{_TESTS}/readback/test_read_back.py"
_TOO_OFTEN = f"{_READ}::test_a_page_with_nobody_or_with_a_line_of_the_frame_too_often_is_refused"
_SPACED = f"{_READ}::test_values_are_spaced_as_in_the_record"
_PLANTED = f"{_TESTS}/readback/test_planted_faults.py"
_SEALS = (
    f"{_TESTS}/records/vendor/test_lines_and_seals.py"
    "::test_drawn_strokes_and_displaced_seals_never_leave"
)
_HOSTILE = (
    f"{_TESTS}/records/vendor/test_hostile_documents.py"
    "::test_what_a_file_hides_covers_or_moves_never_leaves"
)
_DISPLACED = (
    f"{_TESTS}/readback/test_order.py::test_text_that_stands_elsewhere_than_it_is_read_is_found"
)
_FRAME = (
    f"{_TESTS}/records/vendor/test_displaced_text.py"
    "::test_text_of_heading_or_end_that_is_read_otherwise_than_drawn_never_leaves"
)
_TEXT, _DRAWN = "§4 every page read back against the record", "§4 glyphs drawn, not only text"


def _text(name: str, cut: Cut, *tests: str) -> Guard:
    return Guard(f"adapter.page.{name}", _TEXT, (cut,), tests)


def _drawn(name: str, cut: Cut, *tests: str) -> Guard:
    return Guard(f"adapter.drawn.{name}", _DRAWN, (cut,), tests)


_COMPARED = (
    _text(
        "issuance",
        gone(READ_BACK, '_require(ids == {expected.issuance}, f"page {number}: issuance")'),
        f"{_READ}::test_a_second_issuance_id_on_a_page_is_refused",
    ),
    _text(
        "number",
        gone(
            READ_BACK,
            "_require(expected.page_number(number, pages) in page.text,"
            ' f"page {number}: page number")',
        ),
        f"{_PLANTED}::test_a_page_lost_or_twice_is_found",
    ),
    _text(
        "every-page",
        gone(READ_BACK, '_require(line.text in page.text, f"page {number}: {item}")'),
        f"{_READ}::test_a_template_that_leaves_something_out_is_refused[the certificate number]",
    ),
    _text(
        "last-page",
        gone(READ_BACK, '_require(line.text in pages[-1].text, f"last page: {item}")'),
        f"{_READ}::test_a_template_that_leaves_something_out_is_refused"
        "[the attestation with its date]",
    ),
    _text(
        "number-of-persons",
        gone(
            READ_BACK,
            '_require(sum(len(part) - 1 for part in parts) == len(people), "number of persons")',
        ),
        f"{_READ}::test_a_person_too_many_too_few_or_in_another_place_is_refused",
    ),
    _text(
        "items",
        Cut(
            READ_BACK,
            'raise ReadBackMismatch(f"page {number}: {item}, or something before it")',
            "return text",
        ),
        f"{_READ}::test_two_dates_of_one_person_swapped_are_refused",
    ),
    _text(
        "nothing-else",
        gone(READ_BACK, '_require(only, f"page {number}: something else")'),
        f"{_READ}::test_a_value_printed_beside_the_record_is_refused",
    ),
    _text(
        "nobody",
        gone(READ_BACK, '_require(persons, f"page {number}: nobody")'),
        f"{_TOO_OFTEN}[a page with nobody]",
    ),
    _text(
        "once",
        never(READ_BACK, "text.count(known) > frame[known]"),
        f"{_TOO_OFTEN}[the address again]",
    ),
    _text(
        "end-on-last-page",
        Cut(READ_BACK, "ends if number == pages else Counter()", "ends"),
        f"{_TOO_OFTEN}[the end of the last page]",
    ),
    _text(
        "spaces",
        gone(READ_BACK, "check_spaces(page, number, lines[number - 1])"),
        f"{_SPACED}[between digits]",
        f"{_SEALS}[a space between two digits]",
    ),
    _text(
        "spaces.too-few",
        never(SPACES, "not wanted <= set(found)"),
        f"{_SPACED}[left out in Latin]",
    ),
    _text(
        "spaces.runs",
        gone(SPACES, "found[place] = how"),
        f"{_TESTS}/readback/test_reading.py"
        "::test_runs_of_a_value_stand_apart_where_the_record_has_white_space"
        "[not quite on the line]",
    ),
    _text(
        "spaces.letters",
        gone(SETTING, "_add_white(apart, letters, font, one, len(one) // max(count, 1), space)"),
        f"{_TESTS}/readback/test_reader.py::test_a_run_tells_where_its_characters_are_apart",
    ),
    _text(
        "order",
        gone(READ_BACK, "check_reading(page, number, len(pages), expected)"),
        f"{_HOSTILE}[values_exchanged]",
        f"{_FRAME}[address digits]",
        f"{_FRAME}[issue date and mayor]",
    ),
    _text(
        "order.frame",
        gone(READING, "check_order([item for place, item in items if place < stamp])"),
        f"{_TESTS}/readback/test_reading.py"
        "::test_a_value_under_its_label_makes_no_block_that_the_next_value_may_stand_beside",
    ),
    _text(
        "order.own-lines",
        Cut(ORDER, "one.box if other.begins else one.last", "one.box"),
        f"{_DISPLACED}[text that goes on beside an earlier line of its own]",
    ),
    _text(
        "order.rows",
        Cut(ORDER, "shared >= _SHARED * lower", "shared > 0"),
        f"{_DISPLACED}[values nearer to the label above]",
    ),
    _text(
        "order.lines",
        Cut(ORDER, "<= one.box[1] + _LEVEL * em", "<= one.box[1] + _LOOSE * max(one.em, other.em)"),
        f"{_DISPLACED}[a digit before the other, not quite a line beneath it]",
    ),
    _text(
        "pictures",
        never(SEALS, "len(found) != len(wanted)"),
        f"{_PLANTED}::test_a_seal_more_than_the_record_has_is_found",
    ),
    _drawn(
        "pixels",
        gone(
            SEALS,
            '_require(registered.pixels == pixels_of_png(expected.picture), "the registered seal")',
        ),
        f"{_PLANTED}::test_the_picture_of_another_seal_is_found",
    ),
    _drawn(
        "picture-shape",
        gone(SEALS, '_require(_keeps_its_shape(seal), "the registered seal: its shape")'),
        f"{_READ}::test_a_seal_in_another_shape_or_size_is_refused[shape]",
    ),
    _drawn(
        "picture-size",
        gone(SEALS, '_require(in_size, "the registered seal: its size")'),
        f"{_READ}::test_a_seal_in_another_shape_or_size_is_refused[size]",
    ),
    _drawn(
        "official-seal-size",
        gone(
            SEALS,
            "_require(_SMALLEST <= min(sides) <= max(sides) <= _LARGEST,"
            ' "the official seal: its size")',
        ),
        f"{_SEALS}[a small official seal]",
    ),
    _drawn(
        "official-seal-place",
        gone(
            SEALS,
            "_require(max(across, up) <= _BY_THE_NAME,"
            ' "the official seal: far from the mayor\'s name")',
        ),
        f"{_SEALS}[an official seal far from the mayor]",
    ),
    _text(
        "templates",
        never(WORKERS, "templates_fingerprint(self._templates) != self.templates_fingerprint"),
        f"{_TESTS}/certificates/test_workers.py"
        "::test_templates_that_change_under_a_running_adapter_are_not_used",
    ),
    _text(
        "somebody-named",
        never(PEOPLE, "not people"),
        f"{_TESTS}/readback/test_people.py::test_a_paper_that_names_nobody_is_refused",
    ),
    _text(
        "nothing-after-stamp",
        never(READING, "not page.text.endswith(line)"),
        f"{_TESTS}/readback/test_reading.py::test_nothing_follows_the_stamp",
    ),
)
GUARDS = (*_COMPARED,)

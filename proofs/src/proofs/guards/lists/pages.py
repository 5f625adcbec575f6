"""Reading back: what an adapter compares on every page, and how it is drawn."""

from proofs.guards.guard import Cut, Guard, gone, holds, never

_ROOM = "municipal-adapter/src/municipal_adapter/readback"
READ_BACK = f"{_ROOM}/read_back.py"
PAGE = f"{_ROOM}/page.py"
STRUCTURE = f"{_ROOM}/structure.py"
PICTURES = f"{_ROOM}/pictures.py"
SHEET = f"{_ROOM}/sheet.py"
VISIBLE = f"{_ROOM}/drawn/visible.py"
READER = f"{_ROOM}/drawn/reader.py"
ORDER = f"{_ROOM}/drawn/order.py"
READING = f"{_ROOM}/reading.py"
EMBEDDED = f"{_ROOM}/fonts/embedded.py"
APPROVED = f"{_ROOM}/fonts/approved.py"
WORKERS = "municipal-adapter/src/municipal_adapter/certificates/workers.py"
DOCUMENT = "municipal-adapter/src/municipal_adapter/issuing/document.py"
WAY_BACK = "municipal-adapter/src/municipal_adapter/issuing/way_back.py"
PREPARE = "municipal-adapter/src/municipal_adapter/issuing/prepare.py"
VENDOR = "municipal-adapter/src/municipal_adapter/records/vendor/documents.py"
_TESTS = "municipal-adapter/tests"
_READ = f"{_TESTS}/readback/test_read_back.py"
_PLANTED = f"{_TESTS}/readback/test_planted_faults.py"
_BESIDE = f"{_PLANTED}::test_whatever_is_drawn_beside_the_template_is_found"
_PARTS = f"{_TESTS}/readback/test_structure.py"
_PART = f"{_PARTS}::test_a_part_that_no_certificate_has_is_found"
_VISIBLE = f"{_TESTS}/readback/test_visible.py::test_what_cannot_be_seen_is_found"
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
_VENDOR = f"{_TESTS}/records/vendor/test_vendor.py"
_MIX_UP = f"{_VENDOR}::test_another_persons_page_paper_or_record_is_a_mix_up"
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
        gone(READ_BACK, '_require(text in page.text, f"page {number}: {item}")'),
        f"{_READ}::test_a_template_that_leaves_something_out_is_refused[the certificate number]",
    ),
    _text(
        "last-page",
        gone(READ_BACK, '_require(text in pages[-1].text, f"last page: {item}")'),
        f"{_READ}::test_a_template_that_leaves_something_out_is_refused[the date of issue]",
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
        gone(READ_BACK, '_require(len(found) == len(wanted), "number of pictures")'),
        f"{_READ}::test_a_template_that_leaves_something_out_is_refused[the seal]",
    ),
    _drawn(
        "pixels",
        gone(READ_BACK, '_require(picture.pixels == pixels, f"the {name} picture")'),
        f"{_PLANTED}::test_the_picture_of_another_seal_is_found",
    ),
    _drawn(
        "picture-shape",
        gone(READ_BACK, '_require(_keeps_its_shape(picture), f"the {name} picture: its shape")'),
        f"{_READ}::test_a_seal_in_another_shape_or_size_is_refused[shape]",
    ),
    _drawn(
        "picture-size",
        gone(
            READ_BACK,
            '_require(_has_its_size(found[0], expected.picture), "the first picture: its size")',
        ),
        f"{_READ}::test_a_seal_in_another_shape_or_size_is_refused[size]",
    ),
    _text(
        "templates",
        never(WORKERS, "templates_fingerprint(self._templates) != self.templates_fingerprint"),
        f"{_TESTS}/certificates/test_workers.py"
        "::test_templates_that_change_under_a_running_adapter_are_not_used",
    ),
)
_CHARACTERS = (
    _drawn(
        "glyphs",
        never(EMBEDDED, "not any(self._approved.draw(unit, glyph) for glyph in glyphs)"),
        f"{_PLANTED}::test_a_font_that_draws_another_kanji_is_found",
    ),
    _drawn(
        "fonts",
        never(APPROVED, "hashlib.sha256(data).hexdigest() != digest"),
        f"{_TESTS}/certificates/test_fonts.py"
        "::test_a_font_file_that_was_replaced_is_not_an_approved_one",
    ),
    _drawn(
        "embedded-once",
        never(
            EMBEDDED,
            'sum(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3")) != 1',
        ),
        f"{_PARTS}::test_a_font_with_two_files_is_found",
    ),
    _drawn(
        "visible",
        gone(PAGE, "check_visible(sheet.marks, (right, top))"),
        f"{_PLANTED}::test_a_line_that_turns_one_kanji_into_another_is_found",
    ),
    _drawn(
        "visible.small-text",
        never(VISIBLE, "run.size < _SMALLEST_TEXT"),
        f"{_VISIBLE}[too small]",
    ),
    _drawn("visible.light-text", never(VISIBLE, "not run.dark"), f"{_VISIBLE}[too light]"),
    _drawn(
        "visible.text-off-paper",
        never(VISIBLE, "not _within(run.box, paper)"),
        f"{_VISIBLE}[off the paper]",
    ),
    _drawn(
        "visible.text-upon-text", gone(VISIBLE, "_check_apart(boxes)"), f"{_VISIBLE}[upon text]"
    ),
    _drawn(
        "visible.line-through-text",
        never(VISIBLE, "any(overlap(line, box) for box in boxes)"),
        f"{_PLANTED}::test_a_line_that_turns_one_kanji_into_another_is_found",
    ),
    _drawn(
        "visible.short-line",
        never(VISIBLE, "max(line[2] - line[0], line[3] - line[1]) < _SHORTEST_LINE"),
        f"{_VISIBLE}[short line]",
    ),
    _drawn(
        "visible.line-through-picture",
        never(VISIBLE, "any(overlap(line, _shrunk(picture.box)) for picture in marks.pictures)"),
        f"{_VISIBLE}[line through a picture]",
    ),
    _drawn(
        "visible.picture-off-paper",
        never(VISIBLE, "not picture.upright or not _within(picture.box, paper)"),
        f"{_VISIBLE}[picture off the paper]",
    ),
    _drawn(
        "visible.small-picture",
        never(VISIBLE, "min(right - left, top - bottom) < _SMALLEST_PICTURE"),
        f"{_VISIBLE}[small picture]",
    ),
    _drawn(
        "visible.picture-over-text",
        never(VISIBLE, "any(overlap(picture.box, box) for box in boxes)"),
        f"{_VISIBLE}[picture over text]",
    ),
    _drawn(
        "visible.picture-over-picture",
        gone(VISIBLE, "_check_pictures_apart([picture.box for picture in marks.pictures])"),
        f"{_VISIBLE}[picture over a picture]",
    ),
    _drawn(
        "operations",
        Cut(READER, "elif operator not in _IGNORED:", "elif False:"),
        f"{_BESIDE}[a curve]",
    ),
    _drawn(
        "filled-area",
        never(READER, "min(box[2] - box[0], box[3] - box[1]) > _THICKEST_LINE"),
        f"{_BESIDE}[a filled area beside everything]",
    ),
    _drawn(
        "thick-line",
        never(READER, "thickness > _THICKEST_LINE"),
        f"{_BESIDE}[a thick line beside everything]",
    ),
    _drawn(
        "invisible",
        never(READER, "any(numbers(operands))"),
        f"{_PLANTED}::test_text_in_an_invisible_rendering_is_found",
    ),
    _drawn(
        "slanting",
        never(READER, "abs(one[0] - other[0]) > 0.01 and abs(one[1] - other[1]) > 0.01"),
        f"{_BESIDE}[a slanting line beside everything]",
    ),
    _drawn(
        "pattern",
        never(READER, 'operands.split() == [b"/Pattern"]'),
        f"{_BESIDE}[a pattern]",
    ),
    _drawn(
        "solid-picture",
        never(
            PICTURES,
            'any(key in image for key in ("/SMask", "/Mask", "/Decode", "/ImageMask",'
            ' "/Alternates"))',
        ),
        f"{_TESTS}/readback/test_pictures.py::test_a_picture_that_is_not_solid_is_refused",
    ),
)
_BUILT = (
    _text("structure", gone(PAGE, "check_structure(document, pdf)"), f"{_PART}[script]"),
    _text(
        "structure.parts",
        Cut(STRUCTURE, "elif key not in _ALLOWED:", "elif False:"),
        f"{_PART}[layers]",
    ),
    _text(
        "structure.filters",
        never(STRUCTURE, 'str(one.get("/Filter")) not in _FILTERS'),
        f"{_PART}[jpeg]",
    ),
    _text(
        "structure.transparent",
        Cut(
            STRUCTURE,
            'elif (key in {"/CA", "/ca"} and float(value) != 1)'
            ' or (key == "/BM" and value != "/Normal"):',
            "elif False:",
        ),
        f"{_PART}[transparency]",
        f"{_PART}[blending]",
    ),
    _text(
        "structure.revision",
        never(STRUCTURE, 'pdf.count(b"%%EOF") != 1 or pdf.count(b"startxref") != 1'),
        f"{_PARTS}::test_a_second_revision_is_refused",
    ),
    _text(
        "structure.encrypted",
        never(STRUCTURE, "document.is_encrypted"),
        f"{_PARTS}::test_an_encrypted_document_is_refused[]",
    ),
    _text(
        "structure.a4",
        never(
            STRUCTURE,
            "any(abs(one - other) > _TOLERANCE for one, other in zip(box, wanted, strict=True))",
        ),
        f"{_PART}[enlarged]",
    ),
    _text(
        "structure.cropped",
        never(STRUCTURE, "tuple(float(edge) for edge in page.cropbox) != box"),
        f"{_PART}[cropped]",
    ),
    _text(
        "structure.turned",
        never(STRUCTURE, 'int(page.obj.get("/Rotate", 0)) != 0'),
        f"{_PART}[turned]",
    ),
)
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
        gone(VENDOR, "_check_given(pdf, form.most_pages)"),
        f"{_VENDOR}::test_a_document_that_is_not_what_it_should_be_is_kept_back_as_evidence",
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
GUARDS = (*_COMPARED, *_CHARACTERS, *_BUILT, *_MAKING)

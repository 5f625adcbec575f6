"""How each page is drawn: every character, line and picture of it."""

from proofs.guards.guard import Cut, Guard, gone, never

_ROOM = "municipal-adapter/src/municipal_adapter/readback"
PAGE = f"{_ROOM}/page.py"
PICTURES = f"{_ROOM}/pictures.py"
READING = f"{_ROOM}/reading.py"
SPECIMEN = f"{_ROOM}/specimen.py"
VISIBLE = f"{_ROOM}/drawn/visible.py"
TABLE_LINES = f"{_ROOM}/drawn/table_lines.py"
READER = f"{_ROOM}/drawn/reader.py"
EMBEDDED = f"{_ROOM}/fonts/embedded.py"
APPROVED = f"{_ROOM}/fonts/approved.py"
_TESTS = "municipal-adapter/tests"
_PLANTED = f"{_TESTS}/readback/test_planted_faults.py"
_BESIDE = f"{_PLANTED}::test_whatever_is_drawn_beside_the_template_is_found"
_PARTS = f"{_TESTS}/readback/test_structure.py"
_VISIBLE = f"{_TESTS}/readback/test_visible.py::test_what_cannot_be_seen_is_found"
_READ_BACK = f"{_TESTS}/readback/test_read_back.py"
_STROKE = f"{_TESTS}/readback/test_table_lines.py::test_what_could_be_read_as_a_stroke_is_refused"
_SEALS = (
    f"{_TESTS}/records/vendor/test_lines_and_seals.py"
    "::test_drawn_strokes_and_displaced_seals_never_leave"
)
_TEXT, _DRAWN = "§4 every page read back against the record", "§4 glyphs drawn, not only text"


def _drawn(name: str, cut: Cut, *tests: str) -> Guard:
    return Guard(f"adapter.drawn.{name}", _DRAWN, (cut,), tests)


_SPECIMEN = (
    f"{_READ_BACK}::test_a_test_paper_says_so_on_each_page_and_neither_is_taken_for_the_other"
)
_CHARACTERS = (
    _drawn(
        "specimen",
        never(SPECIMEN, "sorted(thirds) != list(range(_ROWS))"),
        f"{_READ_BACK}::test_a_test_paper_with_one_page_that_does_not_say_so_is_refused",
    ),
    _drawn(
        "specimen.real",
        never(SPECIMEN, "any(run.size >= _LARGE for run in marks.runs)"),
        _SPECIMEN,
    ),
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
        f"{_BESIDE}[text upon text]",
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
        "lines",
        gone(
            READING,
            "check_table_lines(page.lines, texts, [picture.box for picture in page.pictures])",
        ),
        f"{_PLANTED}::test_a_line_that_turns_one_kanji_into_another_is_found",
        f"{_SEALS}[a bar between two digits]",
    ),
    _drawn(
        "lines.short",
        never(TABLE_LINES, "any(row.end - row.start < shortest for row in rows)"),
        f"{_STROKE}[a short stroke beside everything]",
    ),
    _drawn(
        "lines.along",
        never(TABLE_LINES, "gap < _NEAR * text.em and not _goes_along(row, text)"),
        f"{_STROKE}[a long stroke over a character]",
    ),
    _drawn(
        "lines.upright",
        Cut(
            TABLE_LINES,
            'raise ReadBackMismatch("an upright line that ends at no level one")',
            "return",
        ),
        f"{_STROKE}[1 with nothing beside it]",
    ),
    _drawn(
        "lines.cells",
        never(TABLE_LINES, "not _are_apart(columns, _COLUMN)"),
        f"{_STROKE}[three upright strokes in a cell]",
    ),
    _drawn(
        "lines.at-picture",
        Cut(TABLE_LINES, 'raise ReadBackMismatch("a line at a picture")', "return"),
        f"{_STROKE}[a stroke at the edge of a picture]",
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
GUARDS = (*_CHARACTERS,)

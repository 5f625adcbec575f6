"""What a page's stream may do, and what may lie in its resources."""

from proofs.guards.guard import Cut, Guard, gone, never

_ROOM = "municipal-adapter/src/municipal_adapter/readback"
READER, STATE = f"{_ROOM}/drawn/reader.py", f"{_ROOM}/drawn/state.py"
SETTING = f"{_ROOM}/drawn/setting.py"
SHEET, PAGE, PICTURES = f"{_ROOM}/sheet.py", f"{_ROOM}/page.py", f"{_ROOM}/pictures.py"
SEAL_PICTURE = "municipal-adapter/src/municipal_adapter/records/seal_picture.py"
WEIGHT = f"{_ROOM}/weight.py"
EMBEDDED, TEXTS = f"{_ROOM}/fonts/embedded.py", f"{_ROOM}/fonts/to_unicode.py"
READING = "municipal-adapter/src/municipal_adapter/records/vendor/reading.py"
_TESTS = "municipal-adapter/tests/readback"
_DOES = f"{_TESTS}/test_reader.py::test_what_no_page_of_ours_does_is_refused"
_PART = f"{_TESTS}/test_structure.py::test_a_part_that_no_certificate_has_is_found"
_PICTURES = (
    "municipal-adapter/tests/records/test_seal_picture.py"
    "::test_a_picture_that_cannot_be_printed_as_it_is_is_refused"
)
_HEAVY = "test_what_draws_more_than_any_certificate_is_refused_in_time"
_PACKED = "test_what_is_packed_otherwise_or_unpacks_to_much_is_refused_unread"
_COSTS = (
    "municipal-adapter/tests/records/vendor/test_reading.py"
    "::test_what_costs_more_than_any_certificate_holds_nobody_else"
)
_DRAWN = "§4 glyphs drawn, not only text"


def _drawn(name: str, cut: Cut, test: str) -> Guard:
    return Guard(f"adapter.drawn.{name}", _DRAWN, (cut,), (test,))


_OPERATIONS = tuple(
    _drawn(name, cut, f"{_DOES}[{what}]")
    for name, what, cut in (
        (
            "state-open",
            "a state that is kept",
            Cut(READER, "if self._kept or self._in_text:", "if self._in_text:"),
        ),
        (
            "text-open",
            "a text that is open",
            Cut(READER, "if self._kept or self._in_text:", "if self._kept:"),
        ),
        ("text-within-text", "text within text", never(READER, "self._in_text")),
        (
            "text-outside",
            "text outside of text",
            Cut(READER, "font is None or not self._in_text", "font is None"),
        ),
        ("mirrored", "mirrored", Cut(READER, "width <= 0 or height <= 0", "height <= 0")),
        ("upside-down", "upside down", Cut(READER, "width <= 0 or height <= 0", "width <= 0")),
        ("raised", "raised", Cut(READER, 'b"Ts": self._only_visible', 'b"Ts": self._nothing')),
        ("upon-each-other", "upon each other", never(SETTING, "back > _FURTHEST_HALF or not half")),
        (
            "filled-polygon",
            "a filled polygon",
            never(READER, "self._points", after="def _fill("),
        ),
        ("clipping", "a clipping path", never(READER, "self._boxes or self._points")),
        ("operands", "two operands for one", never(READER, "len(found) != count")),
        ("turned", "turned", never(STATE, "b or c")),
        (
            "colour-beyond",
            "a colour beyond black",
            never(STATE, "any(not 0 <= part <= 1 for part in colour)"),
        ),
        (
            "colour-of-another-kind",
            "a colour of two parts",
            Cut(STATE, 'raise ReadBackMismatch("a colour of another kind")', "return True"),
        ),
    )
)
_RESOURCES = (
    _drawn(
        "font-of-another-kind",
        never(
            EMBEDDED,
            'font.get("/Subtype") != "/Type0" or font.get("/Encoding") != "/Identity-H"',
        ),
        f"{_PART}[vertical_font]",
    ),
    _drawn(
        "colour-space",
        Cut(SHEET, 'raise ReadBackMismatch("a colour space that no certificate has")', "return"),
        f"{_PART}[colours_of_its_own]",
    ),
    _drawn(
        "form-that-is-a-program",
        Cut(SHEET, ' or form["/Subtype"] != "/Form"', ""),
        f"{_PART}[program]",
    ),
    _drawn("page-begins-elsewhere", never(PAGE, "left or bottom"), f"{_PART}[moved]"),
    _drawn(
        "picture-without-end",
        never(PICTURES, 'int(image["/Width"]) * int(image["/Height"]) > _MOST_PIXELS'),
        f"{_TESTS}/test_pictures.py::test_a_picture_that_would_fill_the_memory_is_refused",
    ),
)
_WEIGHT = tuple(
    _drawn(name, cut, f"{_TESTS}/test_weight.py::{test}")
    for name, test, cut in (
        (
            "weight.content",
            f"{_HEAVY}[a form drawn again and again]",
            Cut(SHEET, "self._bytes_left -= len(content)", "pass"),
        ),
        ("weight.words", f"{_HEAVY}[many operands]", never(WEIGHT, "words > _MOST_WORDS")),
        (
            "weight.pictures",
            f"{_HEAVY}[a picture drawn again and again]",
            never(SHEET, "len(self.marks.pictures) >= _MOST_PICTURES"),
        ),
        (
            "weight.unpacked",
            f"{_HEAVY}[streams that nothing draws]",
            never(WEIGHT, "length > left"),
        ),
        ("weight.filters", f"{_PACKED}[packed twice]", never(WEIGHT, "_FILTER.search(pdf)")),
    )
)
_APART = tuple(
    _drawn(f"weight.{name}", cut, f"{_COSTS}[{what}]")
    for name, what, cut in (
        (
            "streams",
            "streams with nothing in them",
            never(WEIGHT, "streams >= _MOST_STREAMS"),
        ),
        ("fonts", "thousands of fonts", never(EMBEDDED, "self._left < 0")),
        ("widths", "all widths again and again", never(EMBEDDED, "left < 0", after="def _widths")),
        ("texts", "all texts again and again", never(TEXTS, "said >= _MOST")),
        (
            "memory",
            "a long row",
            gone(READING, "resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, hard))"),
        ),
    )
)
_STANDING = _drawn(
    "weight.apart",
    never(READING, "not self._ours.poll(seconds)"),
    "municipal-adapter/tests/records/vendor/test_reading.py"
    "::test_a_process_that_stands_still_holds_nobody",
)
_SEALS = tuple(
    _drawn(f"seal-picture.{name}", cut, f"{_PICTURES}[{what}]")
    for name, what, cut in (
        (
            "ink",
            "white all over",
            never(SEAL_PICTURE, "not _LEAST_INK <= solid.ink <= _MOST_INK"),
        ),
        (
            "resolution",
            "without a resolution",
            Cut(
                SEAL_PICTURE,
                "raise PictureRefused("
                '"has no resolution, so that nobody knows the seal\'s real size")',
                "return solid.png",
            ),
        ),
    )
)
GUARDS = (*_SEALS, *_WEIGHT, *_APART, _STANDING, *_OPERATIONS, *_RESOURCES)

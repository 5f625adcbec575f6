"""What a finished document may be built of."""

from proofs.guards.guard import Cut, Guard, gone, never

_ROOM = "municipal-adapter/src/municipal_adapter/readback"
PAGE = f"{_ROOM}/page.py"
STRUCTURE = f"{_ROOM}/structure.py"
_TESTS = "municipal-adapter/tests"
_PARTS = f"{_TESTS}/readback/test_structure.py"
_PART = f"{_PARTS}::test_a_part_that_no_certificate_has_is_found"
_TEXT, _DRAWN = "§4 every page read back against the record", "§4 glyphs drawn, not only text"


def _text(name: str, cut: Cut, *tests: str) -> Guard:
    return Guard(f"adapter.page.{name}", _TEXT, (cut,), tests)


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
    _text(
        "structure.size",
        never(STRUCTURE, "len(pdf) > MOST_BYTES or len(document.objects) > _MOST_OBJECTS"),
        f"{_PART}[many_objects]",
    ),
    _text(
        "structure.font-by-state",
        never(STRUCTURE, 'key == "/Font" and isinstance(value, pikepdf.Array)'),
        f"{_PART}[font_by_state]",
    ),
)
GUARDS = (*_BUILT,)

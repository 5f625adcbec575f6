"""What a content stream may do, operation by operation; all else is refused and named."""

import pytest
from municipal_adapter.readback.drawn.marks import Marks
from municipal_adapter.readback.drawn.reader import Reader
from municipal_adapter.readback.drawn.state import Place
from municipal_adapter.readback.mismatch import ReadBackMismatch


class Square:
    """A font whose characters are squares."""

    def shown(self, codes: bytes) -> tuple[str, float, int]:
        """Show each byte as a letter."""
        return codes.decode("ascii"), float(len(codes)), len(codes)


def no_form(name: str, place: Place) -> str | None:
    raise AssertionError((name, place))


def marks_of(stream: bytes) -> Marks:
    marks = Marks()
    Reader({"f0": Square()}, no_form, marks).read(stream)
    return marks


TEXT = b"/f0 9 Tf 1 0 0 1 50 50 Tm (a) Tj"
REFUSED: dict[str, tuple[bytes, str]] = {
    "a state that is kept": (b"q", "a content stream that does not end"),
    "a text that is open": (b"BT " + TEXT, "a content stream that does not end"),
    "text within text": (b"BT BT " + TEXT + b" ET", "text within text"),
    "text outside of text": (TEXT, "text without a font"),
    "mirrored": (b"BT " + TEXT.replace(b" 1 0 0", b" -1 0 0") + b" ET", "text mirrored"),
    "upside down": (b"BT " + TEXT.replace(b"0 1 50", b"0 -1 50") + b" ET", "upside down"),
    "raised": (b"BT 5 Ts " + TEXT + b" ET", "invisible or raised"),
    "upon each other": (
        b"BT /f0 9 Tf [(a) 600 (b)] TJ ET",
        "characters that lie upon each other",
    ),
    "a filled polygon": (b"0 0 m 20 0 l 20 30 l 0 30 l f", "a filled polygon"),
    "a clipping path": (b"0 0 10 10 re n", "a clipping path"),
    "two operands for one": (b"BT 100 50 Tz " + TEXT + b" ET", "too many or too few operands"),
    "turned": (b"0 1 -1 0 0 0 cm", "something turned or slanted"),
    "a colour beyond black": (b"-1 g", "a colour that there is not"),
    "a colour of two parts": (b"0 0 scn", "a colour of another kind"),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_what_no_page_of_ours_does_is_refused(what: str) -> None:
    stream, words = REFUSED[what]
    with pytest.raises(ReadBackMismatch) as refusal:
        marks_of(stream)
    assert words in refusal.value.where


def test_text_lines_and_frames_leave_their_marks() -> None:
    marks = marks_of(b"q 0 g BT " + TEXT + b" ET 0 0 m 20 0 l S 5 5 10 10 re S Q")
    (run,) = marks.runs
    assert (run.text, run.size, run.dark) == ("a", 9, True)
    assert len(marks.lines) == 1 + 4


def test_a_run_tells_where_its_characters_are_apart() -> None:
    """However it was done: by white space, between letters, or by moving on."""
    (run,) = marks_of(b"BT /f0 10 Tf 50 Tz 2 Tc [(ab) -300 (c d)] TJ ET").runs
    assert run.narrow == 0.5
    assert dict(run.distances) == pytest.approx({1: 0.2, 2: 0.5, 3: 1.4, 4: 0.2})

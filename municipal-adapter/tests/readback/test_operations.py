"""A content stream is read in one strict spelling, and a right one is never refused."""

import pytest
from municipal_adapter.readback.drawn.operations import operations, shown
from municipal_adapter.readback.mismatch import ReadBackMismatch


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 8, 20, 40])
def test_glyphs_whose_numbers_are_brackets_that_match_are_read_however_deep(depth: int) -> None:
    """The 40th and 41st glyph of a font are `(` and `)`, and an issuance id has them by chance."""
    text = b"\x00(" * depth + b"\x00a" + b"\x00)" * depth
    (one,) = operations(b"(" + text + b") Tj")
    assert one[0] == b"Tj"
    assert list(shown(one[1])) == [text]


def test_glyphs_in_an_array_are_read_as_deep() -> None:
    text = b"\x00(\x00(\x00(\x00(\x00)\x00)\x00)\x00)"
    (one,) = operations(b"[(" + text + b") -20 (b)] TJ")
    assert list(shown(one[1])) == [text, -20.0, b"b"]


@pytest.mark.parametrize("string", [b"(((a))", b"(a)))", b"(a\r)", b"(" * 200 + b")" * 200])
def test_what_our_pages_never_have_is_refused(string: bytes) -> None:
    with pytest.raises(ReadBackMismatch):
        list(operations(string + b" Tj"))

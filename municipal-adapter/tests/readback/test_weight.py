"""A small file that unpacks to much is refused before anything unpacks it."""

import time
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from municipal_adapter.certificates.anew import spelt_anew
from municipal_adapter.certificates.render import Renderer
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import read_pages
from municipal_adapter.readback.weight import check_weight
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import approved_fonts, resident_record, seal_registration
from municipal_adapter_testing.vendor.server import changed

RENDERER = Renderer()
PAPER = RENDERER.render(seal_registration(Case.ORDINARY)).pdf
MB = 1024 * 1024
SECONDS = 2
"""Of one core that may be busy with others; before, such a file took minutes."""
Change = Callable[[pikepdf.Pdf], None]


def contents(*streams: bytes, times: int = 1) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        made = [document.make_indirect(pikepdf.Stream(document, one)) for one in streams]
        document.pages[0].Contents = pikepdf.Array(made * times)

    return change


def form_drawn(document: pikepdf.Pdf) -> None:
    form = pikepdf.Stream(document, b" " * 20_000)
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox, form.Resources = pikepdf.Array([0, 0, 9, 9]), pikepdf.Dictionary()
    page = document.pages[0]
    page.obj.Resources.XObject.fm = document.make_indirect(form)
    page.Contents = pikepdf.Stream(document, b"/fm Do " * 20_000)


def picture_drawn(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    page.Contents = pikepdf.Stream(document, b"q 9 0 0 9 9 9 cm /x0 Do Q " * 5000)


def never_drawn(document: pikepdf.Pdf) -> None:
    for name in ("/a", "/b", "/c", "/d"):
        stream = pikepdf.Stream(document, bytes(5 * MB))
        document.pages[0].obj.Resources.XObject[name] = document.make_indirect(stream)


def read(pdf: bytes) -> None:
    check_weight(pdf)
    read_pages(spelt_anew(pdf), approved_fonts())


HEAVY: dict[str, Change] = {
    "a long stream": contents(b"q Q " * MB),
    "many streams": contents(*[b"q Q " * 9000] * 20),
    "a stream repeated": contents(b"q Q " * 9000, times=2000),
    "many operands": contents(b"1 " * 100_000 + b"w"),
    "a form drawn again and again": form_drawn,
    "a picture drawn again and again": picture_drawn,
    "streams that nothing draws": never_drawn,
}


def packed(dictionary: bytes, stream: bytes) -> bytes:
    """Return a right paper with one more object in front."""
    head, body = PAPER.split(b"\n", 1)
    return (
        b"\n".join((head, b"9999 0 obj<<" + dictionary + b">>stream", stream))
        + b"\nendstream endobj\n"
        + body
    )


BOMBS: dict[str, bytes] = {
    "unpacks to much": packed(b"/Filter/FlateDecode", zlib.compress(bytes(17 * MB))),
    "packed twice": packed(b"/Filter[/FlateDecode/FlateDecode]", b""),
    "packed otherwise": packed(b"/Filter /LZWDecode", b""),
    "a filter in another spelling": packed(b"/F#69lter /LZWDecode", b""),
    "a filter that stands elsewhere": packed(b"/Filter 7 0 R", b""),
    "damaged": packed(b"/Filter/FlateDecode", zlib.compress(bytes(9000))[:-20] + b"x" * 40),
    "long": PAPER + bytes(8 * MB),
}


def test_our_own_papers_are_light() -> None:
    pdf = RENDERER.render(resident_record(Case.TEN_MEMBERS)).pdf
    check_weight(pdf)
    assert len(read_pages(spelt_anew(pdf), approved_fonts())) == 3


@pytest.mark.parametrize("heavy", list(HEAVY))
def test_what_draws_more_than_any_certificate_is_refused_in_time(heavy: str) -> None:
    pdf = changed(HEAVY[heavy])(PAPER)
    began = time.process_time()
    with pytest.raises(ReadBackMismatch, match="than any certificate"):
        read(pdf)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("bomb", list(BOMBS))
def test_what_is_packed_otherwise_or_unpacks_to_much_is_refused_unread(bomb: str) -> None:
    with pytest.raises(ReadBackMismatch):
        check_weight(BOMBS[bomb])


def test_packed_bytes_that_look_like_a_stream_hide_nothing() -> None:
    inner = b"stream\n" + zlib.compress(bytes(17 * MB))
    stored = zlib.compress(inner, 0)
    with pytest.raises(ReadBackMismatch):
        check_weight(packed(b"/Filter/FlateDecode", stored))


def test_ciphertext_that_begins_as_packed_bytes_do_is_left_to_whoever_opens_the_file() -> None:
    looks_packed = packed(b"/Filter/FlateDecode", b"\x78\x9c" + b"\xff" * 100)
    with pytest.raises(ReadBackMismatch, match="cannot be unpacked"):
        check_weight(looks_packed)
    check_weight(looks_packed + b"trailer <</Encrypt 9 0 R>>")
    broken = zlib.compress(bytes(17 * MB))[:-64] + b"\xff" * 64
    with pytest.raises(ReadBackMismatch, match="than any certificate"):
        check_weight(packed(b"/Filter/FlateDecode", broken) + b"trailer <</Encrypt 9 0 R>>")


def test_streams_of_objects_are_measured_too() -> None:
    with pikepdf.open(BytesIO(PAPER)) as document:
        document.Root.Lang = pikepdf.String("x" * 17 * MB)
        file = BytesIO()
        document.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert len(file.getvalue()) < MB
    with pytest.raises(ReadBackMismatch):
        check_weight(file.getvalue())

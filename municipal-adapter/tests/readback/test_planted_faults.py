"""Faults that real systems had, planted into finished documents: each is found before release."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingTypeStubs]
from municipal_adapter.certificates.content import Content
from municipal_adapter.certificates.font import DEFAULT_FONT
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.certificates.render import Renderer, template_sources
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.read_back import read_back
from municipal_adapter.readback.template_words import TemplateWords
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import approved_fonts, resident_record, seal_registration


def pdf_of(content: Content) -> bytes:
    return Renderer().render(content).pdf


def where(pdf: bytes, content: Content) -> str:
    words = TemplateWords(template_sources(None))
    with pytest.raises(ReadBackMismatch) as refusal:
        read_back(pdf, content, words, approved_fonts())
    return refusal.value.where


def changed(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        change(document)
        file = BytesIO()
        document.save(file)
    return file.getvalue()


def appended(pdf: bytes, operations: bytes) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        page.contents_add(operations)

    return changed(pdf, change)


def test_a_page_of_another_persons_paper_is_found() -> None:
    mine, theirs = resident_record(Case.LARGE_HOUSEHOLD), resident_record(Case.TEN_MEMBERS)
    other = pikepdf.open(BytesIO(pdf_of(theirs)))

    def swap(document: pikepdf.Pdf) -> None:
        document.pages[1] = other.pages[1]

    assert where(changed(pdf_of(mine), swap), mine).startswith("page 2")


def test_a_page_lost_or_twice_is_found() -> None:
    content = resident_record(Case.LARGE_HOUSEHOLD)

    def lose(document: pikepdf.Pdf) -> None:
        del document.pages[1]

    def double(document: pikepdf.Pdf) -> None:
        document.pages.append(document.pages[0])

    for change in (lose, double):
        assert where(changed(pdf_of(content), change), content).startswith("page 1: page number")


def test_the_picture_of_another_seal_is_found() -> None:
    mine, theirs = seal_registration(Case.ORDINARY), seal_registration(Case.LONG_NAME)
    other = pikepdf.open(BytesIO(pdf_of(theirs)))

    def swap(document: pikepdf.Pdf) -> None:
        pictures = document.pages[0].Resources.XObject
        pictures.x0 = document.copy_foreign(other.pages[0].Resources.XObject.x0)

    assert where(changed(pdf_of(mine), swap), mine) == "the registered seal"


def test_a_font_that_draws_another_kanji_is_found(tmp_path: Path) -> None:
    """Domain F9: a font file was replaced by one whose 芝 draws 蛸; its text still says 芝."""
    replaced = tmp_path / "fonts" / DEFAULT_FONT.name
    replaced.parent.mkdir()
    font: Any = TTFont(DEFAULT_FONT)
    for table in font["cmap"].tables:
        if table.format != 14 and ord("芝") in table.cmap:
            table.cmap[ord("芝")] = table.cmap[ord("蛸")]
    font.save(replaced)
    content = replace(resident_record(Case.ORDINARY), address="東京都港区芝一丁目1番1号")
    renderer = Renderer(None, Fonts([replaced]))
    what = where(renderer.render(content).pdf, content)
    assert what == "a character is not drawn as the approved font draws it"


OVERLAYS: dict[str, tuple[bytes, str]] = {
    "text upon text": (
        b"q BT /f0 14 Tf 1 0 0 1 200 752 Tm <0001000200030001> Tj ET Q",
        "text upon text",
    ),
    "a filled area": (b"q 1 g 50 400 300 200 re f Q", "a filled area"),
    "a curve": (
        b"q 100 100 m 120 130 140 130 160 100 c S Q",
        "an operation that no page of ours has: c",
    ),
    "a thick line": (b"q 9 w 50 600 m 500 600 l S Q", "a thick line"),
    "a clipping path": (b"q 0 0 10 10 re W n Q", "an operation that no page of ours has: W"),
    "a picture in the text": (
        b"BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI",
        "an operation that no page of ours has: BI",
    ),
    "something turned": (b"q 0 1 -1 0 0 0 cm Q", "something turned or slanted"),
    "invisible": (
        b"q BT 3 Tr /f0 9 Tf 1 0 0 1 300 300 Tm <0001> Tj ET Q",
        "text in an invisible or raised rendering",
    ),
    "light": (
        b"q 0.9 g BT /f0 9 Tf 1 0 0 1 300 300 Tm <0001> Tj ET Q",
        "text too light to be read",
    ),
    "tiny": (b"q BT /f0 1 Tf 1 0 0 1 300 300 Tm <0001> Tj ET Q", "text too small to be read"),
    "off the paper": (b"q BT /f0 9 Tf 1 0 0 1 900 300 Tm <0001> Tj ET Q", "text off the paper"),
    "without a font": (b"q BT /f9 9 Tf 1 0 0 1 300 300 Tm <0001> Tj ET Q", "text without a font"),
    "a code without text": (
        b"q BT /f0 9 Tf 1 0 0 1 300 300 Tm <fffe> Tj ET Q",
        "a character that has no text",
    ),
    "more words": (
        b"q BT /f0 9 Tf 1 0 0 1 300 300 Tm <00010002> Tj ET Q",
        "page 1: something else",
    ),
    "a state that never ends": (b"q", "a content stream that does not end"),
    "an end too many": (b"Q Q Q Q", "a content stream that ends too early"),
    "a comment": (b"% hello\n", "a content stream in a spelling of its own"),
    "a filled area beside everything": (b"q 1 g 300 300 40 40 re f Q", "a filled area"),
    "a thick line beside everything": (b"q 9 w 300 300 m 340 300 l S Q", "a thick line"),
    "a slanting line beside everything": (b"q 300 300 m 340 340 l S Q", "a slanting line"),
    "a pattern": (b"q /Pattern cs Q", "a pattern"),
}


@pytest.mark.parametrize("what", list(OVERLAYS))
def test_whatever_is_drawn_beside_the_template_is_found(what: str) -> None:
    content = seal_registration(Case.ORDINARY)
    drawn, found = OVERLAYS[what]
    assert where(appended(pdf_of(content), drawn), content) == found


def test_a_seal_more_than_the_record_has_is_found() -> None:
    def stamp(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        pictures: Any = page.obj.Resources.XObject
        name = next(iter(pictures.keys()))
        page.contents_add(b"q 60 0 0 60 300 310 cm %s Do Q" % name.encode())

    content = seal_registration(Case.ORDINARY)
    assert where(changed(pdf_of(content), stamp), content) == "number of pictures"


def test_text_in_an_invisible_rendering_is_found() -> None:
    def hide(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        page.contents_coalesce()
        shown = page.Contents.read_bytes()
        page.Contents = pikepdf.Stream(document, shown.replace(b"BT", b"BT 3 Tr"))

    content = resident_record(Case.ORDINARY)
    found = where(changed(pdf_of(content), hide), content)
    assert found == "text in an invisible or raised rendering"


def test_a_line_that_turns_one_kanji_into_another_is_found() -> None:
    content = resident_record(Case.ORDINARY)
    pdf = pdf_of(content)
    through_the_names = b"q 0.6 w " + b"".join(
        b"20 %d m 575 %d l S " % (y, y) for y in range(100, 800, 8)
    )
    assert where(appended(pdf, through_the_names + b"Q"), content) == "a line through text"

"""Long texts: whatever is accepted stays in its place on the paper, and the rest is refused."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
import pypdfium2.raw  # pyright: ignore[reportMissingTypeStubs]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from municipal_adapter.certificates.content import Content
from municipal_adapter.certificates.fitting import fitting_size
from municipal_adapter.certificates.font import DEFAULT_FONT, open_font
from municipal_adapter.certificates.form import RESIDENT_RECORD, SEAL_REGISTRATION, Place
from municipal_adapter.certificates.render import Renderer
from municipal_adapter.certificates.unprintable import TextTooLong
from municipal_adapter.certificates.workers import RenderWorkers
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import resident_record, seal_registration

FREE = ("住所", "世帯主", "フリガナ", "氏名", "通称", "続柄", "本籍", "筆頭者", "前住所")
_TO_THE_LINE = 5.5
"""Points from the end of a place to the line of the form: a bracket may hang there."""
_SAME_LINE = 1.5
"""Points by which boxes of a line may differ in height."""
Box = tuple[float, float, float, float]
_FIELDS = {
    "住所": "address",
    "世帯主": "head_name",
    "フリガナ": "name_kana",
    "氏名": "name",
    "通称": "alias",
    "続柄": "relationship",
    "本籍": "honseki",
    "筆頭者": "family_head",
    "前住所": "previous_address",
}


def _has_box(character: str) -> bool:
    """Return whether PDFium tells a box: not of line ends, nor beyond the basic plane."""
    return bool(character.strip()) and character < "\ud800"


_PIECES = st.one_of(
    st.text("寿限無𠮷髙﨑ァヲッンーキャあっ々・、（）「」", min_size=1, max_size=12),
    st.text("WMIJILMAX", min_size=1, max_size=40),
    st.sampled_from([" ", "23-405号", "Ó", "渡邊\U000e0101", "四丁目5番", "１２３"]),
)
TEXTS = st.lists(_PIECES, min_size=1, max_size=30).map("".join)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


def resident_with(label: str, text: str) -> Content:
    content, name = resident_record(Case.FOREIGN_ALIAS), _FIELDS[label]
    if label in {"住所", "世帯主"}:
        return replace(content, **{name: text})
    (entry,) = content.residents
    entry = replace(replace(entry, family_head="架空"), **{name: text})
    return replace(content, residents=(entry,))


def longest_prefix(text: str, place: Place) -> str:
    for end in range(len(text), 0, -1):
        try:
            fitting_size(text[:end].strip(), place, open_font(DEFAULT_FONT))
        except TextTooLong:
            continue
        return text[:end].strip()
    return ""


def boxes_of(pdf: bytes, text: str) -> list[Box]:
    """Return where a text's characters are on the only page: as wide as drawn, as high as lines."""
    document: Any = pypdfium2.PdfDocument(pdf)
    page = document[0].get_textpage()
    raw: Any = pypdfium2.raw
    codes = (raw.FPDFText_GetUnicode(page, index) for index in range(page.count_chars()))
    drawn = [chr(code) for code in codes]
    seen = [index for index, one in enumerate(drawn) if _has_box(one)]
    wanted = [one for one in text if _has_box(one)]
    for start in range(len(seen)):
        places = seen[start : start + len(wanted)]
        if [drawn[index] for index in places] == wanted:
            ink = [page.get_charbox(index) for index in places]
            lines = [page.get_charbox(index, loose=True) for index in places]
            boxes = [
                (one[0], line[1], one[2], line[3]) for one, line in zip(ink, lines, strict=True)
            ]
            document.close()
            return boxes
    raise AssertionError("the text is not on the page")


def check_place(boxes: list[Box], place: Place) -> None:
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    assert right - left <= place.width + _TO_THE_LINE
    lines = 1 + sum(
        after - before > _SAME_LINE for before, after in pairwise(sorted(box[1] for box in boxes))
    )
    assert lines <= place.lines


@pytest.mark.parametrize("label", FREE)
@settings(max_examples=20, deadline=None, derandomize=True)
@given(text=TEXTS)
def test_what_fits_stays_in_its_place(renderer: Renderer, label: str, text: str) -> None:
    fitting = longest_prefix(text, RESIDENT_RECORD[label])
    if any(map(_has_box, fitting)):
        rendered = renderer.render(resident_with(label, fitting))
        check_place(boxes_of(rendered.pdf, fitting), RESIDENT_RECORD[label])


@pytest.mark.parametrize("label", ["氏名", "通称", "住所"])
@settings(max_examples=20, deadline=None)
@given(text=TEXTS)
def test_what_fits_beside_a_seal_stays_in_its_place(
    renderer: Renderer, label: str, text: str
) -> None:
    fitting = longest_prefix(text, SEAL_REGISTRATION[label])
    if any(map(_has_box, fitting)):
        content = replace(seal_registration(Case.FOREIGN_ALIAS), **{_FIELDS[label]: fitting})
        rendered = renderer.render(content)
        check_place(boxes_of(rendered.pdf, fitting), SEAL_REGISTRATION[label])


@pytest.mark.parametrize("label", FREE)
@pytest.mark.parametrize("text", ["寿" * 200, "W" * 60, "ー" * 60, "SMITH " * 60])
def test_a_text_longer_than_the_form_is_refused_and_not_told(
    renderer: Renderer, label: str, text: str
) -> None:
    with pytest.raises(TextTooLong) as refusal:
        renderer.render(resident_with(label, text.strip()))
    assert text[:5] not in str(refusal.value)


async def test_persons_with_the_longest_texts_everywhere_are_read_back() -> None:
    content = resident_record(Case.FOREIGN_ALIAS)
    (entry,) = content.residents
    longest = {
        _FIELDS[label]: longest_prefix("寿限無五劫" * 40, RESIDENT_RECORD[label]) for label in FREE
    }
    heading = {name: longest.pop(name) for name in ("address", "head_name")}
    residents = (replace(entry, **longest),) * 3
    workers = RenderWorkers(None, 1)
    try:
        made = await workers.render_and_read_back(replace(content, **heading, residents=residents))
    finally:
        workers.close()
    assert made.paper.pages == 2

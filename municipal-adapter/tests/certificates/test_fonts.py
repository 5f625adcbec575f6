"""Approved fonts: what they draw exactly, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder  # pyright: ignore[reportMissingTypeStubs]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # pyright: ignore[reportMissingTypeStubs]
from municipal_adapter.certificates.content import SealRegistrationContent
from municipal_adapter.certificates.font import DEFAULT_FONT, open_font
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.certificates.render import Renderer
from municipal_adapter.certificates.unprintable import UnknownCharacter
from municipal_adapter.certificates.workers import RenderWorkers
from municipal_adapter.readback.fonts.approved import open_approved
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import seal_registration

VS17, VS18, VS25 = "\U000e0100", "\U000e0101", "\U000e0108"


@pytest.fixture(scope="module")
def mj_font(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A font with squares for glyphs, some named as in 文字情報基盤."""
    names = [".notdef", "mj026204", "mj000001", "mj000002", "nobody"]
    builder: Any = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(
        {0x908A: "nobody", 0x4E00: "mj000001", 0xE123: "mj000002"},
        uvs=[(0x908A, 0xE0108, "mj026204"), (0x4E00, 0xE0100, None)],
    )
    builder.setupGlyf({name: _square(100 + 50 * place) for place, name in enumerate(names)})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular", "psName": "Squares"})
    builder.setupOS2()
    builder.setupPost()
    path = tmp_path_factory.mktemp("squares") / "squares.ttf"
    builder.save(path)
    return path


def _square(side: int) -> object:
    pen: Any = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, side), (side, side), (side, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


@pytest.mark.parametrize(
    "text", ["髙橋﨑𠮷渡邊", "邊" + VS18, "邊" + VS17, "神\ufe00", "SMITH〇々ヶー・", "\u3000 "]
)
def test_old_style_kanji_and_registered_sequences_are_drawn(text: str) -> None:
    assert open_font(DEFAULT_FONT).draws(text)


@pytest.mark.parametrize(
    "text", ["邊" + VS25, "あ" + VS18, VS18, "邊" + VS18 + VS18, "か\u3099", "A\u200bB", "\ue000"]
)
def test_what_would_come_out_as_a_box_or_look_alike_is_not_drawable(text: str) -> None:
    assert not open_font(DEFAULT_FONT).draws(text)


@pytest.mark.parametrize("name", ["邊", "邊" + VS17, "邊" + VS18, "邊邊" + VS17 + "邊" + VS18])
async def test_each_form_of_a_kanji_is_printed_and_read_back(name: str) -> None:
    workers = RenderWorkers(None, 1)
    try:
        content = replace(seal_registration(Case.ORDINARY), name=f"渡{name} 花子")
        rendered = await workers.render_and_read_back(content)
    finally:
        workers.close()
    assert isinstance(rendered.written, SealRegistrationContent)
    assert rendered.written.name == content.name.replace(VS17, "")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("⼀ 一郎", "一 一郎"),
        ("一⼀", "一一"),
        ("A\u00a0一 一", "A 一 一"),
        ("\ufa19\ufa19 \u795e\ufe00", "\ufa19\ufa19 \ufa19"),
        ("〜\uff5e", "〜〜"),
    ],
)
async def test_spellings_that_look_the_same_are_printed_as_one(name: str, written: str) -> None:
    workers = RenderWorkers(None, 1)
    try:
        content = replace(seal_registration(Case.ORDINARY), name=name)
        finished = await workers.render_and_read_back(content)
    finally:
        workers.close()
    assert isinstance(finished.written, SealRegistrationContent)
    assert finished.written.name == written


def test_two_forms_of_a_kanji_are_two_pictures() -> None:
    content = seal_registration(Case.ORDINARY)
    plain = Renderer().render(replace(content, name="渡邊")).pdf
    other = Renderer().render(replace(content, name="渡邊" + VS18)).pdf
    assert plain != other


def test_the_first_font_that_draws_all_of_a_text_is_chosen(mj_font: Path) -> None:
    fonts = Fonts([mj_font, DEFAULT_FONT])
    assert fonts.font_for(["一邊"]).path == mj_font
    assert fonts.font_for(["一邊", "髙"]).path == DEFAULT_FONT
    with pytest.raises(UnknownCharacter):
        fonts.font_for(["髙", "邊" + VS25])


def test_mapped_gaiji_become_the_sequence_of_their_glyph(mj_font: Path) -> None:
    fonts = Fonts([DEFAULT_FONT, mj_font], {"e000": "MJ026204", "10FFFD": "MJ000001"})
    assert fonts.with_gaiji("渡\ue000\U0010fffd\ue001") == f"渡邊{VS25}一{VS17}\ue001"
    with pytest.raises(UnknownCharacter):
        fonts.font_for(["\ue001"])


@pytest.mark.parametrize(
    ("code", "name"),
    [("E000", "MJ999999"), ("E000", "MJ000002"), ("4E00", "MJ000001"), ("FFFFFF", "MJ000001")],
)
def test_gaiji_that_no_font_resolves_are_refused_at_start(
    mj_font: Path, code: str, name: str
) -> None:
    with pytest.raises(ValueError, match=f"gaiji: {code}"):
        Fonts([mj_font], {code: name})


def test_a_font_that_cannot_be_used_is_refused_at_start(mj_font: Path, tmp_path: Path) -> None:
    twins = tmp_path / "twins"
    twins.mkdir()
    for name in ("one.ttf", "two.ttf"):
        (twins / name).write_bytes(mj_font.read_bytes())
    text = tmp_path / "text.ttf"
    text.write_text("no font", "utf-8")
    for path, cause in (
        (tmp_path / "missing.ttf", "cannot be read: No such file"),
        (text, "is no font"),
        (twins / "one.ttf", "another font of this family"),
    ):
        with pytest.raises(ValueError, match=f"{path.name}: {cause}"):
            Fonts([path])


def test_a_font_file_that_was_replaced_is_not_an_approved_one(
    mj_font: Path, tmp_path: Path
) -> None:
    """Domain F9."""
    (font,) = Fonts([mj_font]).approved
    assert open_approved([(font.path, font.digest)])
    replaced = tmp_path / font.path.name
    replaced.write_bytes(DEFAULT_FONT.read_bytes())
    with pytest.raises(ValueError, match="another file than the approved font"):
        open_approved([(replaced, font.digest)])


def test_fonts_order_and_gaiji_change_the_fingerprint(mj_font: Path) -> None:
    made: list[Callable[[], Fonts]] = [
        Fonts,
        lambda: Fonts([DEFAULT_FONT, mj_font]),
        lambda: Fonts([mj_font, DEFAULT_FONT]),
        lambda: Fonts([mj_font, DEFAULT_FONT], {"E000": "MJ026204"}),
    ]
    assert len({make().fingerprint for make in made}) == len(made)
    assert Fonts().fingerprint == Fonts([DEFAULT_FONT]).fingerprint

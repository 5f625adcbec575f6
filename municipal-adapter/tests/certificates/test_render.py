"""Pages of certificates."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from municipal_adapter.certificates.font import DEFAULT_FONT, open_font
from municipal_adapter.certificates.render import (
    DEFAULT_TEMPLATES,
    Renderer,
    templates_fingerprint,
)
from municipal_adapter.certificates.unprintable import UnknownCharacter
from municipal_adapter.certificates.workers import RenderWorkers
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import pages_of, resident_record, seal_registration


def test_the_same_content_gives_the_same_bytes_in_every_renderer() -> None:
    content = seal_registration(Case.ORDINARY)
    assert Renderer().render(content).pdf == Renderer().render(content).pdf


def test_a_household_of_seven_takes_several_pages() -> None:
    assert pages_of(Renderer().render(resident_record(Case.LARGE_HOUSEHOLD)).pdf) == 2
    assert pages_of(Renderer().render(resident_record(Case.FOREIGN)).pdf) == 1


@pytest.mark.parametrize("character", ["\ue000", "葛\U000e01ef", "𠀋\ufffe", "\U0010fffd"])
def test_a_name_that_cannot_be_drawn_is_refused_and_not_told(character: str) -> None:
    content = replace(seal_registration(Case.ORDINARY), name=f"見本 {character}")
    with pytest.raises(UnknownCharacter) as refusal:
        Renderer().render(content)
    assert character not in str(refusal.value)


def test_names_of_residents_can_be_drawn() -> None:
    assert open_font(DEFAULT_FONT).draws("髙﨑渡邊齋藤 SMITH〇々ヶー・")


def test_markup_in_a_record_is_printed_and_not_obeyed() -> None:
    trick = '#panic("x") *bold* $x$ \\ <label> @ref'
    content = replace(resident_record(Case.FOREIGN), address=trick)
    assert pages_of(Renderer().render(content).pdf) == 1


def test_the_fingerprint_tells_every_change_of_a_template(tmp_path: Path) -> None:
    own = copytree(DEFAULT_TEMPLATES, tmp_path / "own")
    before = templates_fingerprint(own)
    assert before == templates_fingerprint(None)
    page = own / "page.typ"
    page.write_text(page.read_text("utf-8").replace("20mm", "21mm"), "utf-8")
    assert templates_fingerprint(own) != before


async def test_a_municipality_prints_by_its_own_templates(tmp_path: Path) -> None:
    own = copytree(DEFAULT_TEMPLATES, tmp_path / "own")
    page = own / "page.typ"
    page.write_text(page.read_text("utf-8").replace("証明書番号", "本市の証明番号"), "utf-8")
    content = seal_registration(Case.ORDINARY)
    ours, theirs = RenderWorkers(None, 1), RenderWorkers(own, 1)
    try:
        one = await ours.render_and_read_back(content)
        other = await theirs.render_and_read_back(content)
    finally:
        ours.close()
        theirs.close()
    assert one.pdf != other.pdf
    assert ours.templates_fingerprint != theirs.templates_fingerprint
    assert ours.fonts_fingerprint == theirs.fonts_fingerprint

"""What is to be seen on a page: right papers of all kinds, and spoiled ones, each found."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from checker.evidence.look import Look
from checker.evidence.papers import PaperFile
from checker.evidence.pictures import picture_digest
from madoguchi_wire.order import Kind
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.certificates.workers import RenderWorkers
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.gallery.entries import PART, WHOLE, Entry, all_entries
from municipal_adapter_testing.papers import ichikawa, seal_registration
from municipal_adapter_testing.vendor.paper import VendorPrinter

ALL = (WHOLE, "relationship", "honseki")
FEW = {
    *((case, ALL) for case in (Case.OLD_KANJI, Case.TEN_MEMBERS, Case.FOREIGN_ALIAS)),
    (Case.TEN_MEMBERS, (PART, "honseki")),
    *((f"longest_{letters}", ()) for letters in ("kanji", "latin")),
}


def looks_of(folder: Path, pdf: bytes) -> tuple[Look, ...]:
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    return PaperFile("paper", path).read().looks


def rendered(entries: list[Entry]) -> list[bytes]:
    workers = RenderWorkers(None, 1, Fonts())
    try:
        return [asyncio.run(workers.render_and_read_back(one.make())).pdf for one in entries]
    finally:
        workers.close()


@pytest.fixture(scope="module")
def ordinary() -> bytes:
    wanted = (Case.ORDINARY, ALL)
    return rendered([one for one in all_entries(mj=False) if (one.case, one.options) == wanted])[0]


def test_right_papers_show_what_their_text_says(tmp_path: Path) -> None:
    entries = all_entries(mj=False)
    chosen = [
        one
        for one in entries
        if (one.case, one.options) in FEW or one.case.startswith(("seal_", "longest_"))
    ]
    assert {one.kind for one in chosen} == set(Kind)
    for entry, pdf in zip(chosen, rendered(chosen), strict=True):
        assert [look.wrong for look in looks_of(tmp_path, pdf) if look.wrong] == [], entry.name


def test_a_vendors_paper_shows_what_its_text_says_and_both_seals(tmp_path: Path) -> None:
    pdf = VendorPrinter().printed(seal_registration(Case.ORDINARY))
    (look,) = looks_of(tmp_path, pdf)
    town = ichikawa()
    own = town.seals[town.cases[Case.ORDINARY]].picture_png
    others = {one.picture_png for one in town.seals.values()} - {own}
    assert look.wrong == ()
    assert set(look.pictures) == {picture_digest(own), picture_digest(town.office.seal_png)}
    assert not set(look.pictures) & set(map(picture_digest, others))


def after(operations: bytes) -> Callable[[bytes], bytes]:
    return lambda content: b"q " + content + b" Q " + operations


def instead(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return change


HIDDEN = "text is covered, crossed out, pale or invisible"
OTHER = "something is drawn that is no text, line or picture"
SPOILED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "invisible": (instead(b"0 Tr", b"3 Tr"), HIDDEN),
    "white": (instead(b"/c0 cs 0 scn\nBT", b"/c0 cs 1 scn\nBT"), HIDDEN),
    "under a black box": (after(b"0 g 50 600 400 60 re f"), HIDDEN),
    "under a white box": (after(b"1 g 50 600 400 60 re f"), HIDDEN),
    "crossed out": (after(b"0 g 50 640 500 1.5 re f 50 650 500 1.5 re f"), HIDDEN),
    "a stroke": (after(b"0 g 300 100 8 1 re f"), OTHER),
    "drawn twice": (lambda content: content + b" q 1 0 0 1 2 1 cm " + content + b" Q", "upon text"),
    "cut away": (lambda content: b"q 0 0 9 9 re W n " + content + b" Q", "leaves no ink"),
    "tiny": (lambda content: b"q .3 0 0 .3 0 0 cm " + content + b" Q", "too small"),
    "off the page": (lambda content: b"q 1 0 0 1 -60 0 cm " + content + b" Q", "off the page"),
}


@pytest.mark.parametrize("how", list(SPOILED))
def test_what_is_not_to_be_seen_as_it_is_read_is_found(
    tmp_path: Path, ordinary: bytes, how: str
) -> None:
    change, words = SPOILED[how]
    with pikepdf.open(BytesIO(ordinary)) as document:
        page = document.pages[0]
        page.contents_coalesce()
        page.Contents = pikepdf.Stream(document, change(page.Contents.read_bytes()))
        spoiled = BytesIO()
        document.save(spoiled)
    first, *others = looks_of(tmp_path, spoiled.getvalue())
    assert any(words in one for one in first.wrong), first.wrong
    assert [look.wrong for look in others if look.wrong] == []


def test_an_annotation_is_found(tmp_path: Path, ordinary: bytes) -> None:
    with pikepdf.open(BytesIO(ordinary)) as document:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=[50, 600, 450, 660]
        )
        document.pages[0].Annots = document.make_indirect(pikepdf.Array([note]))
        spoiled = BytesIO()
        document.save(spoiled)
    assert "it has annotations" in looks_of(tmp_path, spoiled.getvalue())[0].wrong

"""The gallery, in short: it lists all combinations, and draws those at the edge."""

from pathlib import Path

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
from madoguchi_wire.order import Kind
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.gallery.drawing import draw_gallery
from municipal_adapter_testing.gallery.entries import PART, SELF, WHOLE, all_entries

SHORT = (
    "resident_record-ten_members-part",
    "resident_record-old_kanji-whole-relationship-honseki",
    "resident_record-longest_latin",
    "seal_registration-longest_kanji",
    "seal_registration-foreign_alias",
)


def test_every_case_is_there_with_all_options_and_each_combination_once() -> None:
    entries = all_entries(mj=True)
    assert len({entry.name for entry in entries}) == len(entries)
    records = {(one.case, *one.options) for one in entries if one.kind is Kind.RESIDENT_RECORD}
    for case in Case:
        assert {(case, WHOLE), (case, WHOLE, "relationship", "honseki")} <= records
    for scope in (WHOLE, PART, SELF):
        assert (Case.TEN_MEMBERS, scope, "honseki") in records
    assert {one.kind for one in entries} == set(Kind)


def test_the_certificates_at_the_edge_are_drawn(tmp_path: Path) -> None:
    entries = [entry for entry in all_entries(mj=False) if entry.name in SHORT]
    told: list[int] = []
    assert draw_gallery(entries, Fonts(), tmp_path, lambda number, _: told.append(number)) == 5
    assert told == [1, 2, 3, 4, 5]
    index = (tmp_path / "index.html").read_text("utf-8")
    for name in SHORT:
        document = pypdfium2.PdfDocument(tmp_path / f"{name}.pdf")
        for number in range(1, len(document) + 1):
            assert (tmp_path / f"{name}-{number}.png").stat().st_size > 0
            assert f'src="{name}-{number}.png"' in index
        document.close()

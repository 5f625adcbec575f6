from dataclasses import replace
from datetime import date
from io import StringIO

from checker.evidence.rows import MeteringRecord
from local_stack.demo.places import places_table
from rich.console import Console

SEED = {
    "resident_record": (2427, 539, 343, 14, 22, 15, 48),
    "seal_registration": (1837, 479, 400, 6, 9, 17, 42),
}
"""Ichikawa in fiscal 2010, by kind and place, as the seed prints it."""
PLACES = ("市内", "千葉県", "東京都23区内", "東京都23区外", "神奈川県", "埼玉県", "その他府県")
RECORD = MeteringRecord(
    "", "122033", date(2010, 4, 1), "resident_record", "", "", "市内", "store", 250, 120, "", 1
)


def test_the_seeds_own_numbers_make_the_seeds_own_table() -> None:
    records = [
        replace(RECORD, kind=kind, place=place)
        for kind, counts in SEED.items()
        for place, count in zip(PLACES, counts, strict=True)
        for _ in range(count)
    ]
    elsewhere = [replace(RECORD, municipality="131130")]
    shown = StringIO()
    Console(file=shown, width=200).print(places_table(records + elsewhere, "122033", "市川市"))
    rows = [line.replace("│", " ").split() for line in shown.getvalue().splitlines()]
    assert ["住民票", *["2427", "539", "343", "14", "22", "15", "48", "3408"]] in rows
    assert ["印鑑", *["1837", "479", "400", "6", "9", "17", "42", "2790"]] in rows
    assert ["計", *["4264", "1018", "743", "20", "31", "32", "90", "6198"]] in rows
    assert ["構成比", *["68.8%", "16.4%", "12.0%", "0.3%", "0.5%", "0.5%", "1.5%"]] in rows


def test_a_municipality_that_printed_nothing_has_a_table_of_zeros() -> None:
    shown = StringIO()
    Console(file=shown, width=200).print(places_table([], "122033", "市川市"))
    assert "0.0%" in shown.getvalue()

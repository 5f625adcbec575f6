"""Every site in Japan falls into exactly one row of the table of places."""

from itertools import product

from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.rules.places import place_of
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.municipality_code import check_digit

WARDS = [f"131{ward:02d}" for ward in range(1, 24)]


def _code(five_digits: str) -> str:
    return f"{five_digits}{check_digit(five_digits)}"


def test_the_rows_of_the_seed_are_told_apart(ichikawa: MunicipalityFile) -> None:
    expected = {
        "122033": "市内",
        "121002": "千葉県",
        "131130": "東京都23区内",
        "132047": "東京都23区外",
        "141003": "神奈川県",
        "111007": "埼玉県",
        "011002": "その他府県",
        "271004": "その他府県",
    }
    assert {code: place_of(ichikawa, code) for code in expected} == expected


def test_exactly_the_23_wards_are_within_the_wards(ichikawa: MunicipalityFile) -> None:
    codes = [_code(f"13{number:03d}") for number in range(1, 1000)]
    inside = {code for code in codes if place_of(ichikawa, code) == "東京都23区内"}
    assert inside == {_code(ward) for ward in WARDS}


@given(prefecture=st.integers(1, 47), number=st.integers(0, 999))
def test_every_site_has_a_place_of_its_prefecture(
    ichikawa: MunicipalityFile, prefecture: int, number: int
) -> None:
    place = place_of(ichikawa, _code(f"{prefecture:02d}{number:03d}"))
    by_prefecture = {
        12: {"市内", "千葉県"},
        13: {"東京都23区内", "東京都23区外"},
        14: {"神奈川県"},
        11: {"埼玉県"},
    }
    assert place in by_prefecture.get(prefecture, {"その他府県"})


def test_the_order_of_rows_decides(ichikawa: MunicipalityFile) -> None:
    rest = ichikawa.places[-1]
    for first, second in product(ichikawa.places[:-1], repeat=2):
        table = ichikawa.model_copy(update={"places": (first, second, rest)})
        if "12" in first.prefectures or "122033" in first.municipalities:
            assert place_of(table, "122033") == first.label

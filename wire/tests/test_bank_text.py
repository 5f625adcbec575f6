import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.bank_text import NotForBanks, bank_bytes, bank_text

KATAKANA = st.characters(min_codepoint=0x30A1, max_codepoint=0x30F4, exclude_characters="ヮヰヱ")
TAKEN = st.text(st.one_of(KATAKANA, st.sampled_from("ー「」AZaz09()-./, ｱﾞ")))


@pytest.mark.parametrize(
    ("wide", "half"),
    [
        ("イチカワシ", "ｲﾁｶﾜｼ"),
        ("ガッコウ", "ｶﾞﾂｺｳ"),
        ("パーク", "ﾊﾟ-ｸ"),
        ("カ)コモレビ", "ｶ)ｺﾓﾚﾋﾞ"),
        ("ｺﾞｳﾄﾞｳ", "ｺﾞｳﾄﾞｳ"),
        ("Bank ９", "BANK 9"),
        ("ヴ", "ｳﾞ"),
    ],
)
def test_names_become_what_banks_take(wide: str, half: str) -> None:
    assert bank_text(wide) == half


@given(TAKEN)
def test_what_is_taken_has_a_byte_for_each_character_and_stays_as_it_is(text: str) -> None:
    once = bank_text(text)
    assert len(bank_bytes(once)) == len(once)
    assert bank_text(once) == once


@pytest.mark.parametrize("text", ["市川市", "いちかわ", "A&B", "ｱ\n", "😀", "é"])
def test_what_banks_do_not_take_is_refused(text: str) -> None:
    with pytest.raises(NotForBanks, match="cannot stand"):
        bank_text(text)

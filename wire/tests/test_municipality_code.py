import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.municipality_code import check_digit, is_municipality_code


@pytest.mark.parametrize(
    "code", ["122033", "131130", "132047", "141003", "011002", "012131", "012050"]
)
def test_codes_of_the_field_are_valid(code: str) -> None:
    assert is_municipality_code(code)


@given(st.integers(1000, 47999), st.integers(1, 9))
def test_any_other_last_digit_is_refused(five: int, other: int) -> None:
    digits = f"{five:05d}"
    right = check_digit(digits)
    assert is_municipality_code(f"{digits}{right}")
    assert not is_municipality_code(f"{digits}{(right + other) % 10}")


@given(st.text(max_size=8))
def test_other_texts_are_no_codes(text: str) -> None:
    ascii_digits = len(text) == 6 and text.isascii() and text.isdigit()
    assert ascii_digits or not is_municipality_code(text)


@pytest.mark.parametrize(
    "text", ["000000", "481001", "12203", "１２２０３３", "122033 ", "", "-22033"]
)
def test_prefecture_length_and_digits_are_checked(text: str) -> None:
    assert not is_municipality_code(text)

"""全国地方公共団体コード: the sixth digit checks the other five."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.municipality_code import MunicipalityCode, check_digit, is_municipality_code
from pydantic import TypeAdapter, ValidationError

FIVE_DIGITS = st.integers(1, 47).flatmap(
    lambda prefecture: st.integers(0, 999).map(lambda rest: f"{prefecture:02d}{rest:03d}")
)


@pytest.mark.parametrize(
    "code", ["122033", "131130", "132047", "141003", "011002", "010006", "012131", "012050"]
)
def test_the_codes_of_real_municipalities_hold(code: str) -> None:
    assert is_municipality_code(code)
    assert TypeAdapter(MunicipalityCode).validate_python(code) == code


@given(FIVE_DIGITS)
def test_exactly_one_sixth_digit_holds(five: str) -> None:
    assert [d for d in range(10) if is_municipality_code(f"{five}{d}")] == [check_digit(five)]


@given(FIVE_DIGITS, st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_is_found_unless_two_remainders_share_a_check_digit(
    five: str, place: int, step: int
) -> None:
    code = f"{five}{check_digit(five)}"
    wrong = code[:place] + str((int(code[place]) + step) % 10) + code[place + 1 :]
    # Remainders 0 and 10 have the check digit 1 both: between them it cannot tell.
    blind = place < 5 and {remainder(five), remainder(wrong[:5])} == {0, 10}
    prefecture = 1 <= int(wrong[:2]) <= 47
    assert is_municipality_code(wrong) == (blind and prefecture)


def remainder(five: str) -> int:
    return (
        sum(weight * int(digit) for weight, digit in zip(range(6, 1, -1), five, strict=True)) % 11
    )


@pytest.mark.parametrize(
    "text",
    ["", "12203", "1220330", "122034", "000000", "480002", "１２２０３３", "12203x", "12203³"],
)
def test_anything_else_is_no_code(text: str) -> None:
    assert not is_municipality_code(text)
    with pytest.raises(ValidationError):
        TypeAdapter(MunicipalityCode).validate_python(text)

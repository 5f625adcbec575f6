"""全国地方公共団体コード: the six digits that name a municipality (JIS X 0401, X 0402)."""

from typing import Annotated

from pydantic import AfterValidator

_WEIGHTS = (6, 5, 4, 3, 2)


def check_digit(five_digits: str) -> int:
    """Return the check digit of prefecture (2 digits) and municipality (3 digits).

    Weights 6 to 2, then 11 minus the sum modulo 11; 10 becomes 0 and 11 becomes 1
    (domain §4: 12203 → 3, 01213 → 1, 01205 → 0).
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, five_digits, strict=True))
    return (11 - total % 11) % 10


def is_municipality_code(text: str) -> bool:
    """Tell whether `text` is six ASCII digits with the right check digit and a prefecture."""
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        return False
    return 1 <= int(text[:2]) <= 47 and check_digit(text[:5]) == int(text[5])


def checked_code(text: str) -> str:
    """Return a valid code as it is.

    Raises:
        ValueError: it is none; the text says what to write if only its last digit is wrong.

    """
    if is_municipality_code(text):
        return text
    fault = "not a municipality code: six digits, the last one checks the others"
    first = text[:5]
    if len(text) == 6 and first.isascii() and first.isdigit():
        right = f"{first}{check_digit(first)}"
        if is_municipality_code(right):
            fault += f"; if the first five are right, write {right}"
    raise ValueError(fault)


MunicipalityCode = Annotated[str, AfterValidator(checked_code)]
"""A valid municipality code (全国地方公共団体コード), check digit included."""

"""What a payment may look like before anybody asks whether it is owed."""

import re
from datetime import date

from madoguchi_wire.errors import AmountRefused, InvalidFields

MOST_YEN = 10**12
"""More than any bank transfers at once."""
REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""A bank's reference as it is written here; without a slash, which parts the subject's words."""


def check_facts(reference: str, yen: int) -> None:
    """Pass a payment's reference and yen.

    Raises:
        AmountRefused: no whole yen above zero, or more than any bank transfers.
        InvalidFields: the reference is empty, too long, or has other signs.

    """
    if not 0 < yen <= MOST_YEN:
        raise AmountRefused(f"{yen} yen cannot be paid: 1 to {MOST_YEN} can.")
    if re.fullmatch(REFERENCE, reference) is None:
        raise InvalidFields(
            "A reference has 1 to 64 letters, digits, dots, hyphens or underscores."
        )


def check_day(day: date, begin: date | None, today: date) -> None:
    """Pass a day on which something was paid, or taken.

    Raises:
        InvalidFields: the books have no such day yet, or begin later.

    """
    if begin is None:
        raise InvalidFields("The books have no record yet: there is nothing to pay.")
    if not begin <= day <= today:
        raise InvalidFields(f"The books have the days from {begin} to {today}; {day} is none.")

"""Whom a finished paper names: from its text alone, without the record that it was made from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page

_FIRST_YEARS = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
_PERSON = re.compile(
    r"氏名(?P<name>[^\0]+?)(?:通称[^\0]+?)?"
    r"生年月日(?P<era>明治|大正|昭和|平成|令和)(?P<year>元|\d+)年(?P<month>\d+)月(?P<day>\d+)日"
)


@dataclass(frozen=True)
class Printed:
    """A person as named on a paper."""

    name: str = field(repr=False)
    """Without white space."""
    birth_date: date = field(repr=False)


def printed_people(pages: Sequence[Page]) -> list[Printed]:
    """Return everybody whose name and birth date are on the pages, in their order.

    Raises:
        ReadBackMismatch: nobody, or on a day that there never was.

    """
    text = "\0".join(page.text for page in pages)
    people = [_printed(found) for found in _PERSON.finditer(text)]
    if not people:
        raise ReadBackMismatch("nobody is named")
    return people


def _printed(found: re.Match[str]) -> Printed:
    year = 1 if found["year"] == "元" else int(found["year"])
    first = _FIRST_YEARS[found["era"]]
    try:
        day = date(first + year - 1, int(found["month"]), int(found["day"]))
    except ValueError:
        raise ReadBackMismatch("a birth date that there never was") from None
    return Printed(found["name"], day)

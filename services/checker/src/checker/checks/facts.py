"""What else than names tells of a person: addresses, days and numbers on a page."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from checker.checks.japanese_dates import spellings
from checker.evidence.papers import squeezed
from checker.evidence.register import RegisteredPerson
from checker.evidence.rows import Issuance

_DAY = re.compile(r"(?:令和|平成|昭和|大正|明治)(?:元|\d+)年\d+月\d+日|\d{4}年\d+月\d+日")
_LONG_NUMBER = re.compile(r"\d{10,}")
"""個人番号 has 12 digits, 住民票コード 11, and nothing else on a paper so many."""
_NUMBER_WORDS = ("個人番号", "マイナンバー", "住民票コード")


@dataclass(frozen=True)
class Facts:
    """What may stand on each page of one paper."""

    addresses: frozenset[str]
    """Those of the asked persons, former ones and 本籍 included."""
    strangers: frozenset[str]
    """Other people's addresses."""
    days: frozenset[str] | None
    """None: the register does not have them all."""
    numbers: frozenset[str]

    @classmethod
    def of(
        cls, wanted: Sequence[RegisteredPerson], issuance: Issuance, addresses: frozenset[str]
    ) -> Self:
        """Return what the register and the issuance say; `addresses` are those of everybody."""
        named = (
            text
            for person in wanted
            for text in (person.address, person.previous_address, person.honseki)
        )
        right = frozenset(squeezed(text) for text in named if text)
        own = {issuance.issuance_id, squeezed(issuance.certificate_number or "")} - {""}
        return cls(right, addresses - right, _days(wanted, issuance), frozenset(own))

    def foreign(self, page: str) -> Iterator[str]:
        """Yield, in words, what is on a page and not of the persons who were asked for."""
        # A stranger's address may be part of a right one; what is right is taken out first.
        rest = without(page, self.addresses)
        if any(one in rest and _whole(one, rest) for one in self.strangers):
            yield "an address of somebody who was not asked for"
        if self.days is not None and set(_DAY.findall(page)) - self.days:
            yield "a day that nobody who was asked for has"
        if _LONG_NUMBER.search(without(page, self.numbers)):
            yield "a number that is not the paper's"
        if any(word in page for word in _NUMBER_WORDS):
            yield "the words of a personal number"


def without(page: str, texts: Iterable[str]) -> str:
    """Return a page with these texts taken out, the longest first."""
    for text in sorted(texts, key=len, reverse=True):
        page = page.replace(text, "□")
    return page


def _whole(address: str, text: str) -> bool:
    """Tell whether an address stands there to its end: 1-1 is no part of 1-10."""
    return not address[-1:].isdigit() or re.search(re.escape(address) + r"(?!\d)", text) is not None


def _days(wanted: Sequence[RegisteredPerson], issuance: Issuance) -> frozenset[str] | None:
    if not all(person.days for person in wanted):
        return None
    days = {day for person in wanted for day in (person.birth_date, *person.days)}
    return frozenset(text for day in {*days, issuance.accepted_on} for text in _texts(day))


def _texts(day: date) -> Iterator[str]:
    yield from spellings(day)
    yield f"{day.year}年{day.month}月{day.day}日"

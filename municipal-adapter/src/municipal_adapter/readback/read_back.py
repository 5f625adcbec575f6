"""Comparing a finished document with the record that it was made from."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from municipal_adapter.certificates.content import Content
from municipal_adapter.readback.expected import Expected, expected_of
from municipal_adapter.readback.fonts.approved import ApprovedFonts
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page, read_pages
from municipal_adapter.readback.people import Printed, printed_people
from municipal_adapter.readback.reading import check_reading
from municipal_adapter.readback.seals import check_seals
from municipal_adapter.readback.template_words import TemplateWords

_GAP = "\0"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Paper:
    """A document that says what its record says, as read from its pages alone."""

    pages: int
    people: tuple[Printed, ...]
    """Who is named on it: to be looked up again, the way back from the paper."""


def read_back(pdf: bytes, content: Content, words: TemplateWords, approved: ApprovedFonts) -> Paper:
    """Compare every page of a document on our own forms with the content.

    Args:
        pdf: the finished document.
        content: what it was made from.
        words: what its templates print by themselves.
        approved: the fonts that may draw it.

    Raises:
        ReadBackMismatch: where it differs.

    """
    return compare(pdf, expected_of(content), words, approved)


def compare(pdf: bytes, expected: Expected, words: TemplateWords, approved: ApprovedFonts) -> Paper:
    """Compare every page with what is expected; return what the paper says of itself.

    Each page holds somebody, and once the issuance with its number and what else is expected on
    each; the end is on the last page alone. Each person has one part with all items, each value
    right after its label, in the order of the record; beside that and between the items there are
    only whole words of the templates. All of it stands where
    it is read. Each character is drawn as an approved font draws it and can be seen; lines are
    those of tables; the pictures are the record's, pixel by pixel, each in its place.

    Args:
        pdf: the finished document.
        expected: what it must say.
        words: what its forms print by themselves.
        approved: the fonts that may draw it.

    Raises:
        ReadBackMismatch: where it differs.

    """
    pages = read_pages(pdf, approved)
    if not pages:
        raise ReadBackMismatch("no page")
    for number, page in enumerate(pages, start=1):
        _check_page(page, number, len(pages), expected)
    for item, text in expected.last_page.items():
        _require(text in pages[-1].text, f"last page: {item}")
    _check_persons_and_nothing_else(pages, expected, words)
    for number, page in enumerate(pages, start=1):
        check_reading(page, number, len(pages), expected)
    check_seals(pages, expected)
    return Paper(len(pages), tuple(printed_people(pages)))


def _check_page(page: Page, number: int, pages: int, expected: Expected) -> None:
    for item, text in expected.every_page.items():
        _require(text in page.text, f"page {number}: {item}")
    ids = set(_UUID.findall(page.text))
    _require(ids == {expected.issuance}, f"page {number}: issuance")
    _require(expected.page_number(number, pages) in page.text, f"page {number}: page number")


def _check_persons_and_nothing_else(
    pages: list[Page], expected: Expected, words: TemplateWords
) -> None:
    people, label = expected.people, expected.first_label
    parts = [page.text.split(label) for page in pages]
    _require(sum(len(part) - 1 for part in parts) == len(people), "number of persons")
    remaining = iter(people)
    for number, (before, *persons) in enumerate(parts, start=1):
        _require(persons, f"page {number}: nobody")
        rest = [before]
        rest += [_after_person(label + one, next(remaining), words, number) for one in persons]
        only = _is_only_the_frame(_GAP.join(rest), expected, words, (number, len(pages)))
        _require(only, f"page {number}: something else")


def _after_person(text: str, person: Mapping[str, str], words: TemplateWords, number: int) -> str:
    """Return what follows a person's items; between them are the template's words at most."""
    for item, value in person.items():
        while not text.startswith(value):
            after = words.without_first(text)
            if after is None:
                raise ReadBackMismatch(f"page {number}: {item}, or something before it")
            text = after
        text = text.removeprefix(value)
    return text


def _is_only_the_frame(
    text: str, expected: Expected, words: TemplateWords, place: tuple[int, int]
) -> bool:
    """Return whether a page's text without its persons is what stands around them, and no more."""
    number, pages = place
    frame = Counter([*expected.every_page.values(), expected.page_number(number, pages)])
    ends = Counter(expected.last_page.values())
    frame += ends if number == pages else Counter()
    for known in sorted({*frame, *ends}, key=len, reverse=True):
        if text.count(known) > frame[known]:
            return False
        text = text.replace(known, _GAP)
    return all(words.are_all_of(part) for part in text.split(_GAP))


def _require(holds: object, where: str) -> None:
    if not holds:
        raise ReadBackMismatch(where)

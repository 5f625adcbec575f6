"""Comparing a finished document with the record that it was made from."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from municipal_adapter.certificates.content import Content
from municipal_adapter.readback.expected import Expected, expected_of
from municipal_adapter.readback.fonts.approved import ApprovedFonts
from municipal_adapter.readback.line import Line
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page, read_pages
from municipal_adapter.readback.people import Printed, printed_people
from municipal_adapter.readback.reading import check_reading
from municipal_adapter.readback.seals import check_seals
from municipal_adapter.readback.spaces import check_spaces
from municipal_adapter.readback.template_words import TemplateWords

_Stands: TypeAlias = tuple[int, Line]
"""Where in a page's text a line begins."""
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
    only whole words of the templates. Values have the record's white space. All of it stands where
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
    pages = read_pages(pdf, approved, test=expected.test)
    if not pages:
        raise ReadBackMismatch("no page")
    for number, page in enumerate(pages, start=1):
        _check_page(page, number, len(pages), expected)
    for item, line in expected.last_page.items():
        _require(line.text in pages[-1].text, f"last page: {item}")
    lines = list(_persons_and_nothing_else(pages, expected, words))
    for number, page in enumerate(pages, start=1):
        check_reading(page, number, len(pages), expected)
        check_spaces(page, number, lines[number - 1])
    check_seals(pages, expected)
    return Paper(len(pages), tuple(printed_people(pages)))


def _check_page(page: Page, number: int, pages: int, expected: Expected) -> None:
    for item, line in expected.every_page.items():
        _require(line.text in page.text, f"page {number}: {item}")
    ids = set(_UUID.findall(page.text))
    _require(ids == {expected.issuance}, f"page {number}: issuance")
    _require(expected.page_number(number, pages) in page.text, f"page {number}: page number")


def _persons_and_nothing_else(
    pages: list[Page], expected: Expected, words: TemplateWords
) -> Iterator[list[_Stands]]:
    """Yield the lines of each page, those of persons and those around them."""
    people, label = expected.people, expected.first_label
    parts = [page.text.split(label) for page in pages]
    _require(sum(len(part) - 1 for part in parts) == len(people), "number of persons")
    remaining = iter(people)
    for number, (before, *persons) in enumerate(parts, start=1):
        _require(persons, f"page {number}: nobody")
        lines, rest, begin = list[_Stands](), [(0, before)], len(before)
        for one in persons:
            part = label + one
            items = list(_items(part, next(remaining), words, number))
            lines += [(begin + place, line) for place, line in items]
            place, line = items[-1]
            end = place + len(line.text)
            rest.append((begin + end, part[end:]))
            begin += len(part)
        text = _GAP.join(text for _, text in rest)
        only = _is_only_the_frame(text, expected, words, (number, len(pages)))
        _require(only, f"page {number}: something else")
        yield [*lines, *_around(rest, expected)]


def _items(
    text: str, person: Mapping[str, Line], words: TemplateWords, number: int
) -> Iterator[_Stands]:
    """Yield where a person's items stand; between them are the template's words at most."""
    length = len(text)
    for item, line in person.items():
        while not text.startswith(line.text):
            after = words.without_first(text)
            if after is None:
                raise ReadBackMismatch(f"page {number}: {item}, or something before it")
            text = after
        yield length - len(text), line
        text = text.removeprefix(line.text)


def _around(rest: Iterable[tuple[int, str]], expected: Expected) -> Iterator[_Stands]:
    """Yield where lines stand around the persons, in the parts that begin there."""
    frame = [*expected.every_page.values(), *expected.last_page.values()]
    for begin, text in rest:
        for line in frame:
            place = text.find(line.text)
            while place >= 0:
                yield begin + place, line
                place = text.find(line.text, place + 1)


def _is_only_the_frame(
    text: str, expected: Expected, words: TemplateWords, place: tuple[int, int]
) -> bool:
    """Return whether a page's text without its persons is what stands around them, and no more."""
    number, pages = place
    frame = Counter(line.text for line in expected.every_page.values())
    frame[expected.page_number(number, pages)] += 1
    ends = Counter(line.text for line in expected.last_page.values())
    frame += ends if number == pages else Counter()
    for known in sorted({*frame, *ends}, key=len, reverse=True):
        if text.count(known) > frame[known]:
            return False
        text = text.replace(known, _GAP)
    return all(words.are_all_of(part) for part in text.split(_GAP))


def _require(holds: object, where: str) -> None:
    if not holds:
        raise ReadBackMismatch(where)

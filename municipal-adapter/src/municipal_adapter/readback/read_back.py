"""Comparing a finished document with the record that it was made from."""

import re
from dataclasses import dataclass

from municipal_adapter.certificates.content import Content, SealRegistrationContent
from municipal_adapter.readback.expected import (
    first_label,
    of_people,
    on_every_page,
    on_last_page,
    page_number,
)
from municipal_adapter.readback.fonts.approved import ApprovedFonts
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page, Picture, read_pages
from municipal_adapter.readback.people import Printed, printed_people
from municipal_adapter.readback.pictures import office_seal_pixels, pixels_of_png
from municipal_adapter.readback.template_words import TemplateWords

_GAP = "\0"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UNEVEN = 0.02
"""How much wider or higher than in the record a picture may be: rounding."""


@dataclass(frozen=True)
class Paper:
    """A document that says what its record says, as read from its pages alone."""

    pages: int
    people: tuple[Printed, ...]
    """Who is named on it: to be looked up again, the way back from the paper."""


def read_back(pdf: bytes, content: Content, words: TemplateWords, approved: ApprovedFonts) -> Paper:
    """Compare every page with the content; return what the paper says of itself.

    Each page holds the issuance, its number, certificate number, title and address; each person
    of the content has one part with all items of it, each value right after its label, in the
    order of the record; beside that and between the items there are only whole words of the
    templates. Each character is drawn as an approved font draws it and can be seen, and the
    pictures are the record's, pixel by pixel.

    Args:
        pdf: the finished document.
        content: what it was made from.
        words: what its templates print by themselves.
        approved: the fonts that may draw it.

    Raises:
        ReadBackMismatch: where it differs.

    """
    pages = read_pages(pdf, approved)
    if not pages:
        raise ReadBackMismatch("no page")
    for number, page in enumerate(pages, start=1):
        _check_page(page, number, len(pages), content)
    for item, text in on_last_page(content).items():
        _require(text in pages[-1].text, f"last page: {item}")
    _check_persons_and_nothing_else(pages, content, words)
    _check_pictures(pages, content)
    return Paper(len(pages), tuple(printed_people(pages)))


def _check_page(page: Page, number: int, pages: int, content: Content) -> None:
    for item, text in on_every_page(content).items():
        _require(text in page.text, f"page {number}: {item}")
    issuance = content.issue.issuance
    _require(set(_UUID.findall(page.text)) == {issuance}, f"page {number}: issuance")
    at_the_foot = page_number(content, number, pages)
    _require(at_the_foot in page.text, f"page {number}: page number")


def _check_persons_and_nothing_else(
    pages: list[Page], content: Content, words: TemplateWords
) -> None:
    people, label = of_people(content), first_label(content)
    parts = [page.text.split(label) for page in pages]
    _require(sum(len(part) - 1 for part in parts) == len(people), "number of persons")
    remaining = iter(people)
    for number, (before, *persons) in enumerate(parts, start=1):
        rest = [before]
        rest += [_after_person(label + one, next(remaining), words, number) for one in persons]
        only = _is_only_the_frame(_GAP.join(rest), content, words, (number, len(pages)))
        _require(only, f"page {number}: something else")


def _after_person(text: str, person: dict[str, str], words: TemplateWords, number: int) -> str:
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
    text: str, content: Content, words: TemplateWords, place: tuple[int, int]
) -> bool:
    """Return whether a page's text without its persons is what stands around them, and no more."""
    frame = {*on_every_page(content).values(), *on_last_page(content).values()}
    frame.add(page_number(content, *place))
    for known in sorted(frame, key=len, reverse=True):
        text = text.replace(known, _GAP)
    return all(words.are_all_of(part) for part in text.split(_GAP))


def _check_pictures(pages: list[Page], content: Content) -> None:
    found = [picture for page in pages for picture in page.pictures]
    wanted = [office_seal_pixels(content.issue.office_seal_png)]
    if isinstance(content, SealRegistrationContent):
        wanted.insert(0, pixels_of_png(content.picture_png))
    _require(len(found) == len(wanted), "number of pictures")
    for name, picture, pixels in zip(("first", "second"), found, wanted, strict=False):
        _require(picture.pixels == pixels, f"the {name} picture")
        _require(_keeps_its_shape(picture), f"the {name} picture: its shape")


def _keeps_its_shape(picture: Picture) -> bool:
    (width, height), (left, bottom, right, top) = picture.pixels[0], picture.box
    return abs((right - left) * height - (top - bottom) * width) <= _UNEVEN * width * (top - bottom)


def _require(holds: object, where: str) -> None:
    if not holds:
        raise ReadBackMismatch(where)

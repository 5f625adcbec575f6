"""Comparing a finished document with the record that it was made from."""

import re
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops

from municipal_adapter.certificates.content import Content, SealRegistrationContent
from municipal_adapter.certificates.render import template_files
from municipal_adapter.readback.expected import (
    SUBTITLES,
    first_label,
    of_people,
    on_every_page,
    on_last_page,
)
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page, read_pages, without_space

_GAP = "\0"
_PHRASE = re.compile(r"[^\x00-\x7f]+")
"""Words of a template that are not its code."""
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def read_back(pdf: bytes, content: Content, templates: Path | None = None) -> int:
    """Compare every page with the content; return the number of pages.

    Each page holds the issuance, its number, certificate number, title and address; each person
    of the content has one part with all items of it, each value right after its label, in the
    order of the record; nothing else is written but words of the templates. All characters leave
    ink, fonts are embedded, and the pictures are the record's, pixel by pixel.

    Args:
        pdf: the finished document.
        content: what it was made from.
        templates: the folder of its templates; None: ours.

    Raises:
        ReadBackMismatch: where it differs.

    """
    pages = read_pages(pdf)
    if not pages:
        raise ReadBackMismatch("no page")
    for number, page in enumerate(pages, start=1):
        _check_page(page, number, len(pages), content)
    _check_last_page(pages[-1], content)
    _check_people(pages, content)
    _check_nothing_else(pages, content, templates)
    _check_pictures(pages, content)
    return len(pages)


def _check_page(page: Page, number: int, pages: int, content: Content) -> None:
    for item, text in on_every_page(content).items():
        _require(text in page.text, f"page {number}: {item}")
    issuance = content.issue.issuance
    _require(set(_UUID.findall(page.text)) == {issuance}, f"page {number}: issuance")
    _require(f"{issuance}{number}/{pages}" in page.text, f"page {number}: page number")
    _require(page.fonts_embedded, f"page {number}: a font is not embedded")
    _require(page.undrawn_characters == 0, f"page {number}: a character is not drawn")


def _check_last_page(page: Page, content: Content) -> None:
    for item, text in on_last_page(content).items():
        _require(text in page.text, f"last page: {item}")


def _check_people(pages: list[Page], content: Content) -> None:
    people, label = of_people(content), first_label(content)
    parts = [
        (number, label + part)
        for number, page in enumerate(pages, start=1)
        for part in page.text.split(label)[1:]
    ]
    _require(len(parts) == len(people), "number of persons")
    for (number, part), person in zip(parts, people, strict=True):
        for item, text in person.items():
            _require(text in part, f"page {number}: {item}")


def _check_nothing_else(pages: list[Page], content: Content, templates: Path | None) -> None:
    known = {*on_every_page(content).values(), *on_last_page(content).values()}
    known |= {text for person in of_people(content) for text in person.values()}
    known |= {
        f"{content.issue.issuance}{number}/{len(pages)}" for number in range(1, 1 + len(pages))
    }
    allowed = without_space("".join(file.read_text("utf-8") for file in template_files(templates)))
    words = sorted({*known, *SUBTITLES, *_PHRASE.findall(allowed)}, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(word) for word in words))
    for number, page in enumerate(pages, start=1):
        rest = pattern.sub(_GAP, page.text).split(_GAP)
        _require(all(part in allowed for part in rest), f"page {number}: something else")


def _check_pictures(pages: list[Page], content: Content) -> None:
    wanted = [content.issue.office_seal_png]
    if isinstance(content, SealRegistrationContent):
        wanted.insert(0, content.picture_png)
    found = [picture for page in pages for picture in page.pictures]
    _require(len(found) == len(wanted), "number of pictures")
    for name, picture, png in zip(("first", "second"), found, wanted, strict=False):
        with Image.open(BytesIO(png)) as record:
            same = _same(picture, record.convert("RGB"))
        _require(same, f"the {name} picture")


def _same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one, other).getbbox() is None


def _require(holds: object, where: str) -> None:
    if not holds:
        raise ReadBackMismatch(where)

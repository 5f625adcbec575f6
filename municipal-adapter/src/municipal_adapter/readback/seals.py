"""The seals on a paper: whose pictures they are, where they stand, and how large.

A registered seal (印影) in the place of the mayor's (職印) says something else than the record,
though each picture is a right one.
"""

from collections.abc import Sequence
from functools import reduce

from municipal_adapter.readback.drawn.marks import Box, around
from municipal_adapter.readback.expected import Expected
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page, Picture, without_space
from municipal_adapter.readback.pictures import office_seal_pixels, pixels_of_png, real_width

_POINTS = 72 / 25.4
"""Points a millimetre."""
_UNEVEN = 0.02
"""How much wider or higher than in the record a picture may be: rounding."""
_SMALLEST, _LARGEST = 15 * _POINTS, 36 * _POINTS
"""A side of an official seal; cities' rules on official seals name 18 to 30 mm as a rule."""
_BY_THE_NAME = 20 * _POINTS
"""From the mayor's name to the official seal, at most."""


def check_seals(pages: Sequence[Page], expected: Expected) -> None:
    """Pass if the seals are the record's and the mayor's, each in its place and size.

    The registered one comes first, between title and attestation, in its real size. The official
    one stands below it, on the last page, by the mayor's name.

    Raises:
        ReadBackMismatch: which one differs, and how.

    """
    found = [(page, picture) for page in pages for picture in page.pictures]
    wanted = [one for one in (expected.picture, expected.office_seal) if one is not None]
    if len(found) != len(wanted):
        raise ReadBackMismatch("number of pictures")
    seals = iter(found)
    registered = None
    if expected.picture is not None:
        page, registered = next(seals)
        _require(registered.pixels == pixels_of_png(expected.picture), "the registered seal")
        _check_registered(page, registered, expected.picture, expected)
    if expected.office_seal is not None:
        page, official = next(seals)
        _require(official.pixels == office_seal_pixels(expected.office_seal), "the official seal")
        _require(page is pages[-1], "the official seal: its page")
        _check_official(page, official, expected)
        below = registered is None or official.box[3] <= registered.box[1]
        _require(below, "the official seal: above the registered one")


def _check_registered(page: Page, seal: Picture, png: bytes, expected: Expected) -> None:
    _require(_keeps_its_shape(seal), "the registered seal: its shape")
    real, (left, bottom, right, top) = real_width(png), seal.box
    in_size = real is not None and abs(right - left - real) <= _UNEVEN * real
    _require(in_size, "the registered seal: its size")
    title = _place_of(page, expected.every_page["title"].text)
    _require(top <= title[1], "the registered seal: above the title")
    attestation = next(iter(expected.last_page.values()), None)
    below = attestation is not None and bottom < _place_of(page, attestation.text)[3]
    _require(not below, "the registered seal: below the attestation")


def _check_official(page: Page, seal: Picture, expected: Expected) -> None:
    _require(_keeps_its_shape(seal), "the official seal: its shape")
    left, bottom, right, top = seal.box
    sides = right - left, top - bottom
    _require(_SMALLEST <= min(sides) <= max(sides) <= _LARGEST, "the official seal: its size")
    ends = [line.text for line in expected.last_page.values() if expected.mayor in line.text]
    _require(ends, "the official seal: no mayor beside it")
    name = _place_of(page, expected.mayor, within=ends[-1])
    across = max(name[0] - right, left - name[2])
    up = max(name[1] - top, bottom - name[3])
    _require(max(across, up) <= _BY_THE_NAME, "the official seal: far from the mayor's name")


def _place_of(page: Page, text: str, within: str | None = None) -> Box:
    """Return where a text stands, or its last occurrence in a longer one.

    Raises:
        ReadBackMismatch: it does not.

    """
    begin = page.text.rfind(within or text)
    if begin < 0:
        raise ReadBackMismatch("a text beside which a seal should stand")
    begin += (within or text).rfind(text)
    boxes, place = list[Box](), 0
    for run in page.runs:
        length = len(without_space(run.text))
        if place < begin + len(text) and begin < place + length:
            boxes.append(run.box)
        place += length
    return reduce(around, boxes)


def _keeps_its_shape(picture: Picture) -> bool:
    (width, height), (left, bottom, right, top) = picture.pixels[0], picture.box
    return abs((right - left) * height - (top - bottom) * width) <= _UNEVEN * width * (top - bottom)


def _require(holds: object, where: str) -> None:
    if not holds:
        raise ReadBackMismatch(where)

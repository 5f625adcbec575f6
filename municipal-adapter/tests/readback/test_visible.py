"""Whatever is on a page can be seen by whoever holds it."""

from collections.abc import Callable

import pytest
from municipal_adapter.readback.drawn.marks import Marks, Placed, Run
from municipal_adapter.readback.drawn.visible import check_visible
from municipal_adapter.readback.mismatch import ReadBackMismatch

A4 = (595.0, 842.0)


def run(left: float, bottom: float, size: float = 10, *, dark: bool = True) -> Run:
    return Run("見本", (left, bottom, left + 2 * size, bottom + size), size, dark)


def picture(left: float, bottom: float, size: float = 50, *, upright: bool = True) -> Placed:
    return Placed("x0", (left, bottom, left + size, bottom + size), upright)


def good() -> Marks:
    """Return a page with a text and a picture, apart."""
    return Marks([run(100, 700)], [picture(100, 500)])


FAULTS: dict[str, tuple[Callable[[Marks], None], str]] = {
    "too small": (lambda page: page.runs.append(run(100, 300, 4)), "too small to be read"),
    "too light": (lambda page: page.runs.append(run(100, 300, dark=False)), "too light"),
    "off the paper": (lambda page: page.runs.append(run(590, 300)), "text off the paper"),
    "upon text": (lambda page: page.runs.append(run(105, 702)), "text upon text"),
    "picture off the paper": (
        lambda page: page.pictures.append(picture(590, 300)),
        "does not lie on the paper",
    ),
    "mirrored picture": (
        lambda page: page.pictures.append(picture(300, 300, upright=False)),
        "does not lie on the paper",
    ),
    "small picture": (lambda page: page.pictures.append(picture(300, 300, 9)), "too small"),
    "picture over text": (
        lambda page: page.pictures.append(picture(90, 690)),
        "a picture over text",
    ),
    "picture over a picture": (
        lambda page: page.pictures.append(picture(120, 520)),
        "a picture over a picture",
    ),
}


def test_marks_that_are_apart_are_seen() -> None:
    check_visible(good(), A4)


@pytest.mark.parametrize("fault", list(FAULTS))
def test_what_cannot_be_seen_is_found(fault: str) -> None:
    page = good()
    change, words = FAULTS[fault]
    change(page)
    with pytest.raises(ReadBackMismatch, match=words):
        check_visible(page, A4)

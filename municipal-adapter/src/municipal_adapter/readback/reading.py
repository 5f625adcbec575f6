"""Whether a whole page is read in the order in which its file draws it, heading and end included.

The text that is compared with the record is that of the file; this is what makes it the paper's.
"""

from collections.abc import Iterator, Set

from municipal_adapter.readback.drawn.marks import Run
from municipal_adapter.readback.drawn.order import check_order
from municipal_adapter.readback.expected import Expected
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page, without_space


def check_reading(page: Page, number: int, pages: int, expected: Expected) -> None:
    """Pass if each text of a page stands where it is read.

    Args:
        page: as read.
        number: of the page.
        pages: of the document.
        expected: what the page was found to say; it ends with the stamp, if there is one.

    Raises:
        ReadBackMismatch: some text stands elsewhere.

    """
    line = expected.stamp + expected.page_number(number, pages) if expected.stamp else ""
    if not page.text.endswith(line):
        raise ReadBackMismatch(f"page {number}: something after the stamp")
    stamp = len(page.text) - len(line)
    items = list(_items(page, {*_begins(page.text, expected), stamp}))
    check_order([item for place, item in items if place < stamp])
    # Apart, as it is wherever the form leaves room for it, which may be above all else.
    check_order([item for place, item in items if place >= stamp])


def _items(page: Page, begins: Set[int]) -> Iterator[tuple[int, list[Run]]]:
    """Yield the runs of each label and value, and where in the text it begins."""
    place, begun, item = 0, 0, list[Run]()
    for run in page.runs:
        length = len(without_space(run.text))
        if item and place in begins:
            yield begun, item
            begun, item = place, []
        if length:
            item.append(run)
        place += length
    yield begun, item


def _begins(text: str, expected: Expected) -> Iterator[int]:
    """Yield where labels and values begin."""
    for item in _texts(expected):
        label = max((one for one in expected.labels if item.startswith(one)), key=len, default="")
        place = text.find(item)
        while place >= 0:
            yield from (place, place + len(label))
            place = text.find(item, place + 1)


def _texts(expected: Expected) -> set[str]:
    persons = [item for person in expected.people for item in person.values()]
    return {*expected.every_page.values(), *expected.last_page.values(), *persons}

"""Whether a whole page is read in the order in which its file draws it, heading and end included.

The text that is compared with the record is that of the file; this is what makes it the paper's.
Nor may a line be drawn that could be read as a part of it.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace

from municipal_adapter.readback.drawn.marks import Run, around
from municipal_adapter.readback.drawn.order import blocks_of, check_order
from municipal_adapter.readback.drawn.table_lines import Text, check_table_lines
from municipal_adapter.readback.expected import Expected
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page, without_space

_SPACE = 0.2
"""Of the em: the narrowest space of any approved font, or less."""


def check_reading(page: Page, number: int, pages: int, expected: Expected) -> None:
    """Pass if each text of a page stands where it is read.

    Args:
        page: as read.
        number: of the page.
        pages: of the document.
        expected: what the page was found to say; it ends with the stamp, if there is one.

    Raises:
        ReadBackMismatch: some text stands elsewhere, or a line is none of a table.

    """
    line = expected.stamp + expected.page_number(number, pages) if expected.stamp else ""
    if not page.text.endswith(line):
        raise ReadBackMismatch(f"page {number}: something after the stamp")
    stamp = len(page.text) - len(line)
    items = list(_items(page, {*_begins(page.text, expected), stamp}))
    check_order([item for place, item in items if place < stamp])
    # Apart, as it is wherever the form leaves room for it, which may be above all else.
    check_order([item for place, item in items if place >= stamp])
    parts = [*_parts(page.text, expected), (stamp, len(page.text))]
    texts = [text for read in _in_one_go(page, parts) for text in _places(read)]
    check_table_lines(page.lines, texts, [picture.box for picture in page.pictures])


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
    return (begin for begin, _ in _parts(text, expected))


def _parts(text: str, expected: Expected) -> Iterator[tuple[int, int]]:
    """Yield where labels and values begin and end."""
    for item in _texts(expected):
        label = max((one for one in expected.labels if item.startswith(one)), key=len, default="")
        place = text.find(item)
        while place >= 0:
            yield place, place + len(label)
            yield place + len(label), place + len(item)
            place = text.find(item, place + 1)


def _in_one_go(page: Page, parts: Iterable[tuple[int, int]]) -> Iterator[list[Run]]:
    """Yield the runs of each label and value, and every other run alone."""
    inside = bytearray(len(page.text) + 1)
    for begin, end in parts:
        inside[begin + 1 : end] = b"\1" * (end - begin - 1)
    place, read = 0, list[Run]()
    for run in page.runs:
        length = len(without_space(run.text))
        if not length:
            continue
        if read and not inside[place]:
            yield read
            read = []
        read.append(_without_last_spaces(run))
        place += length
    yield read


def _without_last_spaces(run: Run) -> Run:
    """Return a run that ends with its last letter, as a space at the end of a line hangs out."""
    spaces = len(run.text) - len(run.text.rstrip(" "))
    left, bottom, right, top = run.box
    return replace(run, box=(left, bottom, right - spaces * _SPACE * run.size, top))


def _places(read: Sequence[Run]) -> list[Text]:
    """Return the places of a text: each line as a whole, and lines that belong together as one."""
    places: list[Text] = []
    for block in blocks_of(read):
        last = places[-1] if places else None
        if last is not None and last.box[1] < block.box[3] and block.box[1] < last.box[3]:
            places[-1] = Text(around(last.box, block.box), max(last.em, block.em))
        else:
            places.append(Text(block.box, block.em))
    return places


def _texts(expected: Expected) -> set[str]:
    persons = [item for person in expected.people for item in person.values()]
    lines = *expected.every_page.values(), *expected.last_page.values(), *persons
    return {line.text for line in lines}

"""Lines are those of tables: none can be read as a stroke of a character."""

from collections.abc import Callable, Sequence

import pytest
from municipal_adapter.readback.drawn.marks import Box
from municipal_adapter.readback.drawn.table_lines import Text, check_table_lines
from municipal_adapter.readback.mismatch import ReadBackMismatch

EM = 12.0
LABEL, VALUE = Text((110, 704, 134, 716), EM), Text((210, 704, 330, 716), EM)
"""A value of ten characters in a row of a table, its label beside it."""
PICTURE: Box = (300, 500, 350, 550)


def level(y: float, left: float = 100, right: float = 400) -> Box:
    return left, y - 0.3, right, y + 0.3


def upright(x: float, bottom: float = 695, top: float = 725) -> Box:
    return x - 0.3, bottom, x + 0.3, top


def table() -> list[Box]:
    return [level(695), level(725), upright(100), upright(200), upright(400)]


def check(lines: Sequence[Box], pictures: Sequence[Box] = (PICTURE,)) -> None:
    check_table_lines(lines, [LABEL, VALUE], pictures)


def test_a_table_around_its_texts_may_be_drawn() -> None:
    check(table())
    check([])
    check([level(660)])


def test_a_table_may_be_drawn_in_pieces_and_beside_another() -> None:
    pieces = [level(725, 100, 250), level(725, 250, 400), upright(100), upright(100.4)]
    check([*pieces, level(695), upright(400)])


CHARACTERS: dict[str, Callable[[], list[Box]]] = {
    "1 between two digits": lambda: [upright(250, 703, 717)],
    "1 between two digits, as high as the row": lambda: [*table(), upright(250)],
    "1 after the last digit": lambda: [*table(), upright(332)],
    "1 with nothing beside it": lambda: [upright(500, 300, 320)],
    "a stroke over a character": lambda: [level(717, 318, 330)],
    "a long stroke over a character": lambda: [level(725, 318, 500)],
    "a stroke over the whole, too near": lambda: [level(717)],
    "a stroke through the whole": lambda: [level(710)],
    "a stroke under the last characters": lambda: [level(700, 280, 400)],
    "three strokes one on another": lambda: [level(600), level(603), level(606)],
    "a character of four strokes": lambda: [
        *(level(y, 340, 354) for y in (704, 710, 716)),
        upright(347, 704, 716),
    ],
    "a short stroke beside everything": lambda: [level(600, 300, 350)],
    "a box as large as a character": lambda: [
        *(level(y, 340, 354) for y in (704, 716)),
        *(upright(x, 704, 716) for x in (340, 354)),
    ],
    "three upright strokes in a cell": lambda: [*table(), *map(upright, (350, 356, 362))],
    "an upright stroke from a table to nowhere": lambda: [*table(), upright(350, 680, 695)],
    "a stroke at the edge of a picture": lambda: [level(551, 200, 500)],
    "a stroke across a picture": lambda: [level(520, 200, 500)],
    "a thousand lines": lambda: [level(600)] * 1001,
}


@pytest.mark.parametrize("drawn", list(CHARACTERS))
def test_what_could_be_read_as_a_stroke_is_refused(drawn: str) -> None:
    with pytest.raises(ReadBackMismatch):
        check(CHARACTERS[drawn]())


def test_a_line_must_be_longer_than_a_few_of_the_largest_characters() -> None:
    large = Text((100, 400, 300, 440), 40)
    with pytest.raises(ReadBackMismatch, match="so short"):
        check_table_lines([level(600, 100, 250)], [large], [])
    check_table_lines([level(600, 100, 250)], [VALUE], [])

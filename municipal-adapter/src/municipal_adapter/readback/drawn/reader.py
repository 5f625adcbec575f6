"""Reading a content stream: from its operations to the marks on the page."""

from collections.abc import Callable, Mapping

from municipal_adapter.readback.drawn.marks import Box, Marks, Placed, Run, box_of
from municipal_adapter.readback.drawn.operations import numbers, operations, words
from municipal_adapter.readback.drawn.setting import Font, text_set
from municipal_adapter.readback.drawn.state import START, Place, State, is_dark, placed
from municipal_adapter.readback.drawn.visible import BASELINE
from municipal_adapter.readback.mismatch import ReadBackMismatch

_THICKEST_LINE = 2.0
"""Points; anything thicker is an area, which could cover something."""
_DESCENT, _ASCENT = BASELINE, 1 - BASELINE
"""Of the em, of Japanese fonts."""
_IGNORED = frozenset({b"CS", b"SCN", b"G", b"RG", b"K", b"J", b"j", b"M", b"d", b"i", b"ri"})
"""How lines look and end, and their colour: no character depends on it."""


class Reader:
    """Reads one page, or one form of it."""

    def __init__(
        self,
        fonts: Mapping[str, Font],
        form: Callable[[str, Place], str | None],
        marks: Marks,
        place: Place = START,
    ) -> None:
        """Begin.

        Args:
            fonts: of the resources.
            form: draws the form of this name; of a picture, returns what identifies it.
            marks: where marks go.
            place: where the stream is drawn.

        """
        self._fonts, self._form, self._marks = fonts, form, marks
        self._state, self._kept = State(place), list[State]()
        self._line: Place = START
        self._at: Place = START
        self._in_text = False
        self._points: list[tuple[float, float]] = []
        self._boxes: list[Box] = []
        self._acts: dict[bytes, Callable[[bytes], None]] = self._table()

    def read(self, stream: bytes) -> None:
        """Read a whole stream.

        Raises:
            ReadBackMismatch: something that no page of ours has.

        """
        acts = self._acts
        for operator, operands in operations(stream):
            act = acts.get(operator)
            if act is not None:
                act(operands)
            elif operator not in _IGNORED:
                raise ReadBackMismatch(f"an operation that no page of ours has: {_name(operator)}")
        if self._kept or self._in_text:
            raise ReadBackMismatch("a content stream that does not end")

    def _table(self) -> dict[bytes, Callable[[bytes], None]]:
        return {
            b"q": self._keep,
            b"Q": self._bring_back,
            b"cm": self._move,
            b"cs": self._colour_space,
            b"scn": self._colour,
            b"sc": self._colour,
            b"g": self._colour,
            b"rg": self._colour,
            b"k": self._colour,
            b"w": self._line_width,
            b"gs": self._nothing,
            b"BT": self._begin_text,
            b"ET": self._end_text,
            b"Tr": self._only_visible,
            b"Ts": self._only_visible,
            b"Tf": self._font,
            b"Tc": self._letter_space,
            b"Tw": self._nothing,  # counts for fonts of single bytes only
            b"Tz": self._stretch,
            b"Tm": self._text_at,
            b"Td": self._next_line,
            b"Tj": self._show,
            b"TJ": self._show,
            b"m": self._begin_line,
            b"l": self._line_to,
            b"re": self._rectangle,
            b"h": self._close_line,
            b"S": self._draw_lines,
            b"s": self._close_and_draw,
            b"f": self._fill,
            b"n": self._no_path,
            b"Do": self._draw,
        }

    def _nothing(self, operands: bytes) -> None:
        del operands

    def _keep(self, _: bytes) -> None:
        self._kept.append(self._state.copy())

    def _bring_back(self, _: bytes) -> None:
        if not self._kept:
            raise ReadBackMismatch("a content stream that ends too early")
        self._state = self._kept.pop()

    def _move(self, operands: bytes) -> None:
        self._state.place = placed(_six(operands), self._state.place)

    def _colour_space(self, operands: bytes) -> None:
        if operands.split() == [b"/Pattern"]:
            raise ReadBackMismatch("a pattern")
        self._state.fill_dark = True  # each space begins with black

    def _colour(self, operands: bytes) -> None:
        self._state.fill_dark = is_dark(numbers(operands))

    def _line_width(self, operands: bytes) -> None:
        (self._state.line_width,) = _some(operands, 1)

    def _begin_text(self, _: bytes) -> None:
        if self._in_text:
            raise ReadBackMismatch("text within text")
        self._in_text, self._line, self._at = True, START, START

    def _end_text(self, _: bytes) -> None:
        self._in_text = False

    def _only_visible(self, operands: bytes) -> None:
        if any(numbers(operands)):
            raise ReadBackMismatch("text in an invisible or raised rendering")

    def _font(self, operands: bytes) -> None:
        name, size = words(operands)
        self._state.font, self._state.size = name[1:].decode("latin-1"), float(size)

    def _letter_space(self, operands: bytes) -> None:
        (self._state.letter_space,) = _some(operands, 1)

    def _stretch(self, operands: bytes) -> None:
        self._state.stretch = _some(operands, 1)[0] / 100

    def _text_at(self, operands: bytes) -> None:
        self._line = self._at = placed(_six(operands), START)

    def _next_line(self, operands: bytes) -> None:
        x, y = _some(operands, 2)
        self._line = self._at = placed((1, 0, 0, 1, x, y), self._line)

    def _show(self, operands: bytes) -> None:
        state = self._state
        font = self._fonts.get(state.font)
        if font is None or not self._in_text:
            raise ReadBackMismatch("text without a font")
        right, up, x, y = placed((*self._at[:1], 0, 0, *self._at[1:]), state.place)
        width, height = right * state.size * state.stretch, up * state.size
        if width <= 0 or height <= 0:
            raise ReadBackMismatch("text mirrored or upside down")
        full, ems, apart = text_set(font, operands, state.letter_space / state.size)
        box = (x, y - _DESCENT * height, x + ems * width, y + _ASCENT * height)
        self._marks.runs.append(Run(full, box, height, state.fill_dark, width / height, apart))
        self._at = placed((1, 0, 0, 1, ems * state.size * state.stretch, 0), self._at)

    def _begin_line(self, operands: bytes) -> None:
        self._points = [self._point(operands)]

    def _line_to(self, operands: bytes) -> None:
        point = self._point(operands)
        if not self._points:
            raise ReadBackMismatch("a line from nowhere")
        self._line_between(self._points[-1], point)
        self._points.append(point)

    def _line_between(self, one: tuple[float, float], other: tuple[float, float]) -> None:
        if abs(one[0] - other[0]) > 0.01 and abs(one[1] - other[1]) > 0.01:
            raise ReadBackMismatch("a slanting line")
        self._boxes.append(box_of(*one, *other))

    def _close_line(self, _: bytes) -> None:
        if self._points:
            self._line_between(self._points[-1], self._points[0])

    def _close_and_draw(self, operands: bytes) -> None:
        self._close_line(operands)
        self._draw_lines(operands)

    def _rectangle(self, operands: bytes) -> None:
        x, y, width, height = _some(operands, 4)
        left, bottom = self._on_page(x, y)
        right, top = self._on_page(x + width, y + height)
        self._boxes.append(box_of(left, bottom, right, top))

    def _draw_lines(self, _: bytes) -> None:
        right, up = abs(self._state.place[0]), abs(self._state.place[1])
        thickness = self._state.line_width * max(right, up)
        if thickness > _THICKEST_LINE:
            raise ReadBackMismatch("a thick line")
        half = thickness / 2
        for left, bottom, far, top in self._boxes:
            if far - left > 0.01 and top - bottom > 0.01:
                self._marks.lines += _frame((left, bottom, far, top), half)
            elif far - left >= top - bottom:
                self._marks.lines.append((left, bottom - half, far, top + half))
            else:
                self._marks.lines.append((left - half, bottom, far + half, top))
        self._boxes, self._points = [], []

    def _fill(self, _: bytes) -> None:
        if self._points:
            raise ReadBackMismatch("a filled polygon")
        for box in self._boxes:
            if min(box[2] - box[0], box[3] - box[1]) > _THICKEST_LINE:
                raise ReadBackMismatch("a filled area")
        self._marks.lines += self._boxes
        self._boxes, self._points = [], []

    def _no_path(self, _: bytes) -> None:
        if self._boxes or self._points:
            raise ReadBackMismatch("a clipping path")

    def _draw(self, operands: bytes) -> None:
        name = operands.strip()[1:].decode("latin-1")
        place = self._state.place
        picture = self._form(name, place)
        if picture is not None:
            right, up, x, y = place
            box = box_of(x, y, x + right, y + up)
            self._marks.pictures.append(Placed(picture, box, upright=right > 0 and up > 0))

    def _point(self, operands: bytes) -> tuple[float, float]:
        x, y = _some(operands, 2)
        return self._on_page(x, y)

    def _on_page(self, x: float, y: float) -> tuple[float, float]:
        right, up, left, bottom = self._state.place
        return left + right * x, bottom + up * y


def _some(operands: bytes, count: int) -> tuple[float, ...]:
    found = numbers(operands)
    if len(found) != count:
        raise ReadBackMismatch("an operation with too many or too few operands")
    return found


def _six(operands: bytes) -> tuple[float, ...]:
    return _some(operands, 6)


def _frame(box: Box, half: float) -> list[Box]:
    left, bottom, right, top = box
    return [
        (left - half, bottom - half, right + half, bottom + half),
        (left - half, top - half, right + half, top + half),
        (left - half, bottom - half, left + half, top + half),
        (right - half, bottom - half, right + half, top + half),
    ]


def _name(operator: bytes) -> str:
    return operator.decode("ascii")

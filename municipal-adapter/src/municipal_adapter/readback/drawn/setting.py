"""Setting text: what an operation shows, how far it goes, and where characters are apart."""

from typing import Protocol

from municipal_adapter.readback.drawn.operations import shown
from municipal_adapter.readback.mismatch import ReadBackMismatch

_FURTHEST_BACK, _FURTHEST_HALF = 250, 500
"""Thousandths of an em that a character may move towards the one before; the second where one of
the two is a mark that fills half of its square."""
_HALF = frozenset("、。，．・：；「」『』（）〔〕［］｛｝〈〉《》【】")


class Font(Protocol):
    """A font of the page, whose characters were compared with the approved ones."""

    def shown(self, codes: bytes) -> tuple[str, float, int]:
        """Return the text, its advance in ems, and how many characters it has."""
        ...


def text_set(
    font: Font, operands: bytes, space: float
) -> tuple[str, float, tuple[tuple[int, float], ...]]:
    """Return what a text-showing operation shows, its advance in ems, and a run's distances.

    Args:
        font: of the text.
        operands: of the operation.
        space: between letters, in ems.

    Raises:
        ReadBackMismatch: characters lie upon each other.

    """
    full, ems, back, letters, apart = "", 0.0, 0.0, 0, dict[int, float]()
    for one in shown(operands):
        if not isinstance(one, bytes):
            ems -= one / 1000
            back = max(back, one)
            apart[letters] = apart.get(letters, 0.0) - one / 1000
            continue
        text, advance, count = font.shown(one)
        if back > _FURTHEST_BACK:
            half = full[-1:] in _HALF or text[:1] in _HALF
            if back > _FURTHEST_HALF or not half:
                raise ReadBackMismatch("characters that lie upon each other")
        full, ems, back = full + text, ems + advance + count * space, 0.0
        black = _letters(text)
        if space or black != len(text):
            _add_white(apart, letters, font, one, len(one) // max(count, 1), space)
        letters += black
    return full, ems, tuple(apart.items())


def _add_white(
    apart: dict[int, float], letters: int, font: Font, codes: bytes, of_one: int, space: float
) -> None:
    """Add what white characters, and letter spacing, put between the others."""
    for place in range(0, len(codes), of_one):
        text, advance, _ = font.shown(codes[place : place + of_one])
        letters += _letters(text)
        apart[letters] = apart.get(letters, 0.0) + space + (advance if text.isspace() else 0.0)


def _letters(text: str) -> int:
    return len("".join(text.split()))

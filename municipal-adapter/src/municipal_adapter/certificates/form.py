"""The places of the forms: how wide each is, and in which sizes its text may be printed."""

from dataclasses import dataclass

_POINTS = 72 / 25.4
"""Points a millimetre."""


@dataclass(frozen=True)
class Place:
    """Where the value of an item is printed. The templates' columns are as wide as said here."""

    millimetres: float
    """Inside the lines."""
    sizes: tuple[float, ...]
    """In points, the preferred one first; a text that fits in none is longer than the form."""
    lines: int
    """At most, in any of the sizes."""

    @property
    def width(self) -> float:
        """In points."""
        return self.millimetres * _POINTS


_WIDE, _MIDDLE, _NARROW = 133, 75, 34
RESIDENT_RECORD = {
    "住所": Place(_WIDE, (10.5, 9, 8), 3),
    "世帯主": Place(_WIDE, (10.5, 9, 8), 2),
    "フリガナ": Place(_WIDE, (8, 7), 2),
    "氏名": Place(_WIDE, (14, 12, 10.5, 9), 3),
    "通称": Place(_WIDE, (12, 10.5, 9), 3),
    "生年月日": Place(_MIDDLE, (10.5,), 1),
    "性別": Place(_NARROW, (10.5,), 1),
    "住民となった年月日": Place(_MIDDLE, (10.5,), 1),
    "外国人住民となった年月日": Place(_MIDDLE, (10.5,), 1),
    "続柄": Place(_NARROW, (10.5, 9, 8), 2),
    "住所を定めた年月日": Place(_WIDE, (10.5,), 1),
    "本籍": Place(_MIDDLE, (10.5, 9, 8), 3),
    "国籍・地域": Place(_MIDDLE, (10.5, 9, 8), 3),
    "筆頭者": Place(_NARROW, (10.5, 9, 8), 4),
    "前住所": Place(_WIDE, (10.5, 9, 8), 3),
}
SEAL_REGISTRATION = {
    "氏名": Place(94, (14, 12, 10.5, 9), 3),
    "通称": Place(94, (12, 10.5, 9), 3),
    "生年月日": Place(94, (10.5,), 1),
    "性別": Place(94, (10.5,), 1),
    "住所": Place(94, (10.5, 9, 8), 4),
}

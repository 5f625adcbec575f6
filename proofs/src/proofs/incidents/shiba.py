"""芝 and 蛸 (F9): people who live in a place with the one, and a font that draws the other."""

from dataclasses import replace
from pathlib import Path
from typing import Protocol, cast

from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingTypeStubs]
from municipal_adapter.certificates.font import DEFAULT_DIGEST, DEFAULT_FONT
from municipal_adapter.synthetic import SyntheticMunicipality

SHIBA, TAKO = "芝", "蛸"
_TOWNS = ("架空町", "見本町")
_IN_SHIBA = "芝見本町"


class _Cmap(Protocol):
    """The table of characters, as fontTools gives it."""

    tables: list[object]


def in_shiba(address: str) -> str:
    """Return an address with 芝 in it."""
    for town in _TOWNS:
        address = address.replace(town, _IN_SHIBA)
    return address


def people_of_shiba(records: SyntheticMunicipality) -> SyntheticMunicipality:
    """Return the same people, who live in 芝見本町 now."""
    households = tuple(replace(one, address=in_shiba(one.address)) for one in records.households)
    return replace(records, households=households)


def other_font(folder: Path) -> Path:
    """Return the approved font in which 芝 is drawn as 蛸; made once, as it takes seconds."""
    path = folder / DEFAULT_DIGEST / DEFAULT_FONT.name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        with TTFont(DEFAULT_FONT) as font:
            for table in cast("_Cmap", font["cmap"]).tables:
                drawn: dict[int, str] = vars(table).get("cmap", {})
                if ord(SHIBA) in drawn:
                    drawn[ord(SHIBA)] = drawn[ord(TAKO)]
            font.save(draft)
        draft.rename(path)
    return path

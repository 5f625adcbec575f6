"""Every value that differs between two files, by its place; items of lists by their names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

Path = tuple[str, ...]
_NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "tariffs": ("version",),
    "campaigns": ("version",),
    "collectors": ("chain", "from"),
    "builds": ("build",),
    "closings": ("from",),
    "maintenance": ("from",),
    "places": ("label",),
    "commissions": ("from",),
    "sites": ("site",),
    "terminals": ("terminal",),
}
"""What tells the items of a list apart; keys by their points."""


@dataclass(frozen=True)
class Change:
    """One value that differs; None: it is not there."""

    path: Path
    old: object
    new: object


def changes(old: object, new: object, path: Path = ()) -> Iterator[Change]:
    """Return what differs between two bodies in plain types; nothing if they are equal."""
    if old == new:
        return
    items = bool(path) and path[-1] in {*_NAMED_BY, "keys"}
    if items and isinstance(old or [], list) and isinstance(new or [], list):
        before, after = _named(old, path), _named(new, path)
        yield from _inside(before, after, path)
        kept, there = [x for x in before if x in after], [x for x in after if x in before]
        if kept != there:
            yield Change((*path, "order"), kept, there)
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _inside(_mapping(cast("object", old)), _mapping(cast("object", new)), path)
    else:
        yield Change(path, cast("object", old), new)


def _mapping(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value)


def _inside(old: Mapping[str, object], new: Mapping[str, object], path: Path) -> Iterator[Change]:
    """Compare by names; None stands for what is not there, as both are told alike."""
    for name in dict.fromkeys((*old, *new)):
        yield from changes(old.get(name), new.get(name), (*path, name))


def _named(items: object, path: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for item in cast("Sequence[Mapping[str, object]] | None", items) or ():
        name = _name(item, path[-1])
        twin = sum(one == name or one.startswith(f"{name} #") for one in found)
        found[f"{name} #{twin + 1}" if twin else name] = item
    return found


def _name(item: Mapping[str, object], kind: str) -> str:
    if kind == "keys":
        return f"{item['purpose']} {_mapping(item['jwk'])['x']}"[:24]
    return " ".join(str(item.get(part)) for part in _NAMED_BY[kind])

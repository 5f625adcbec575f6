"""The body by which a vendor's server is asked for a document."""

from collections.abc import Iterator
from typing import Any, cast

from municipal_adapter.records.vendor.items import checked_items, fault_at, items_of

_TEXTS = frozenset({"issuance", "kind", "resident", "certificate_number", "date"})
_NO_TEXTS = frozenset({"members", "whole_household", "relationship", "honseki"})
"""Lists, true and false."""
_WHOM = frozenset({"resident", "members"})


def checked_body(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body whose texts can be filled in, and which names somebody.

    Raises:
        ValidationError: the text that cannot, and why.
        ValueError: it names nobody.

    """
    found = set[str]()
    for place, text in _texts(body, ()):
        try:
            checked_items(text, _TEXTS | _NO_TEXTS, frozenset())
            _check_alone(text)
        except ValueError as fault:
            raise fault_at(place, str(fault)) from None
        found |= set(items_of(text))
    if not found & _WHOM:
        raise ValueError("must have {resident} or {members}: it asks for nobody's paper")
    return body


def _check_alone(text: str) -> None:
    for item in _NO_TEXTS.intersection(items_of(text)):
        if text != f"{{{item}}}":
            raise ValueError(f"{{{item}}} is no text: nothing else may stand beside it")


def _texts(
    part: object, place: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    match part:
        case str():
            yield place, part
        case dict():
            for key, inside in cast("dict[str, object]", part).items():
                yield from _texts(inside, (*place, key))
        case list():
            for number, inside in enumerate(cast("list[object]", part)):
                yield from _texts(inside, (*place, number))
        case _:
            return

"""Where something is in a JSON answer of a vendor's server."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from municipal_adapter.records.vendor.items import fault_at


def checked_pointer(path: str) -> str:
    """Return a dotted path.

    Raises:
        ValueError: it is none, as those of other notations are not.

    """
    steps = path.split(".")
    if path[:1] in ("/", "$") or not all(step and step == step.strip() for step in steps):
        raise ValueError("must be a dotted path, as in result.person")
    return path


Pointer = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(checked_pointer)]
"""Dotted path in a JSON answer: result.person."""


def check_ends(ends: Mapping[str, str], others: Mapping[str, str]) -> None:
    """Pass if nothing else is where something ends that is not an object, or null at times.

    Args:
        ends: the pointers to texts, lists, and what may be null, by field.
        others: the pointers to objects.

    Raises:
        ValidationError: the field, and what else is there.

    """
    for field, end in ends.items():
        for name, other in {**ends, **others}.items():
            if name != field and f"{other}.".startswith(f"{end}."):
                raise fault_at((field,), f"{name} is in the same place, or in it")

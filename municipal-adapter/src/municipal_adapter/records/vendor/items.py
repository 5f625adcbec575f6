"""The {items} in texts of the adapter file: paths, bodies and lines of forms."""

from collections.abc import Set as AbstractSet
from string import Formatter

from pydantic import AfterValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

OF_CERTIFICATE = frozenset(
    {
        *("address", "head_name", "scope", "issued_on", "mayor_title", "mayor_name"),
        "certificate_number",
    }
)
OF_PERSON = frozenset(
    {
        *("name", "name_kana", "alias", "birth_date", "sex", "became_resident_on", "address"),
        *("relationship", "moved_here_on", "honseki", "family_head", "previous_address"),
    }
)


def items_of(text: str) -> list[str]:
    """Return the items of a text, as often as they stand in it.

    Raises:
        ValueError: a brace is no item's, or an item is more than its name.

    """
    try:
        found = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        raise ValueError("a brace that is no item's: write {{ or }} for the brace itself") from None
    names = [name or "" for _, name, _, _ in found]
    if any(form or change for _, _, form, change in found) or not all(map(str.isidentifier, names)):
        raise ValueError("an item is its name in braces and nothing else: {name}")
    return names


def checked_items(text: str, known: AbstractSet[str], needed: AbstractSet[str]) -> str:
    """Return a text whose items are all known, and which has those that are needed.

    Raises:
        ValueError: they are not.

    """
    items = set(items_of(text))
    if unknown := items - known:
        raise ValueError(f"no such item: {', '.join(sorted(unknown))}")
    if missing := needed - items:
        raise ValueError(f"must have {', '.join(f'{{{name}}}' for name in sorted(missing))}")
    return text


def with_items(known: AbstractSet[str], needed: AbstractSet[str] = frozenset()) -> AfterValidator:
    """Return the check of a text's items."""
    return AfterValidator(lambda text: checked_items(text, known, needed))


def fault_at(place: tuple[str | int, ...], cause: str) -> ValidationError:
    """Return a fault of a part that is deeper in what is being validated."""
    error = PydanticCustomError("value_error", "Value error, {cause}", {"cause": cause})
    return ValidationError.from_exception_data(
        "adapter file", [InitErrorDetails(type=error, loc=place, input=None)]
    )

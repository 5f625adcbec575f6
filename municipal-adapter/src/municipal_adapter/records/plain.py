"""Values of records as JSON writes them, so that a digest can be taken of them."""

from datetime import date


def plain(value: object) -> str:
    """Return a value that JSON does not know as a text; what `json.dumps` calls for such a one.

    Raises:
        TypeError: no record holds such a value; nobody may guess how it is written.

    """
    match value:
        case bytes():
            return value.hex()
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"{type(value).__name__} is no value of a record")

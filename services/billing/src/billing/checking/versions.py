"""Of which version a kept document says to be: of an earlier one less can be compared."""

from collections.abc import Iterator


def version_faults(said: int, made: int, closed: int) -> Iterator[str]:
    """Tell where a body says another version than it can have.

    Args:
        said: by the body.
        made: kept beside it when it was made.
        closed: what was current when its period was closed, or 1 if that is not known.

    """
    if said != made:
        yield f"its body says version {said}, and it was made as version {made}"
    elif said < closed:
        yield f"its body says version {said}, and its period was closed under version {closed}"

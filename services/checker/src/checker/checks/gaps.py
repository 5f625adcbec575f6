"""Numbers that are missing in a sequence that begins with 1."""

from collections.abc import Iterable


def gaps(numbers: Iterable[int]) -> list[str]:
    """Return the missing numbers up to the greatest, as "3" or, several in a row, "3 to 9".

    Whoever signs a number may sign a huge one: the work depends on how many numbers there are.
    """
    found: list[str] = []
    last = 0
    for number in sorted(set(numbers)):
        if number > last + 1:
            first = last + 1
            found.append(str(first) if first == number - 1 else f"{first} to {number - 1}")
        last = number
    return found

"""How many municipalities and stores lie where."""

from collections.abc import Sequence
from random import Random

from madoguchi_wire.municipality_code import check_digit

MUNICIPALITIES = (
    *(179, 40, 33, 35, 25, 35, 59, 44, 25, 35, 63, 54, 62, 33, 30, 15, 19, 17, 27, 77, 42, 35, 54),
    *(29, 19, 26, 43, 41, 39, 30, 19, 19, 27, 23, 19, 24, 17, 20, 34, 60, 20, 21, 45, 18, 26, 43),
    41,
)
"""Cities, towns, villages and special wards by prefecture, 01 first (1,741 in all; JIS X 0402)."""
_LARGEST_PART = 1 / 1.1


def codes(number: int, first: Sequence[str] = ()) -> list[str]:
    """Return valid municipality codes, as many in each prefecture as its share of all.

    Args:
        number: 1 to 1,741; from 47 on each prefecture has one.
        first: codes that are among them.

    Raises:
        ValueError: there are not so many, or more have to be among them.

    """
    if not max(1, len(first)) <= number <= sum(MUNICIPALITIES):
        raise ValueError(
            f"a nation has {max(1, len(first))} to {sum(MUNICIPALITIES):,} municipalities"
        )
    chosen = list(first)
    wanted = shares(number, MUNICIPALITIES)
    for prefecture, count in enumerate(wanted, 1):
        made = (_code(prefecture, place) for place in range(count))
        here = [code for code in first if code[:2] == f"{prefecture:02d}"]
        chosen += [code for code in made if code not in first][: max(0, count - len(here))]
    while len(chosen) > number:  # where `first` has more of a prefecture than its share
        chosen.pop()
    return sorted(chosen)


def shares(number: int, weights: Sequence[float]) -> list[int]:
    """Share a number out by weights, in whole parts; the largest rests get what is left.

    Nobody goes away empty while there is one for each.
    """
    least = 1 if number >= len(weights) else 0
    left, total = number - least * len(weights), sum(weights)
    exact = [left * weight / total for weight in weights]
    parts = [int(part) for part in exact]
    rests = sorted(range(len(weights)), key=lambda index: (parts[index] - exact[index], index))
    for index in rests[: left - sum(parts)]:
        parts[index] += 1
    return [part + least for part in parts]


def weights(number: int, random: Random) -> list[float]:
    """Return how many people live in each municipality, in no unit: few large, many small."""
    sizes = [random.paretovariate(_LARGEST_PART) for _ in range(number)]
    return [min(size, number / 4) for size in sizes]


def _code(prefecture: int, place: int) -> str:
    """Cities begin at 201, towns at 301; a nation that does not exist has cities alone."""
    digits = f"{prefecture:02d}{201 + place:03d}"
    return f"{digits}{check_digit(digits)}"

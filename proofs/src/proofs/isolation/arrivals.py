"""Who comes when: planned before anything is measured, so that a slow answer delays no arrival."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from madoguchi_wire.order import Kind

HANGS, FAILS, OTHER = "122033", "131130", "132047"
SHARES = {HANGS: 1, FAILS: 1, OTHER: 4}
"""Most come to the one that is well: its slowest hundredth has to be more than one or two."""


@dataclass(frozen=True)
class Arrival:
    """One cardholder."""

    at_s: float
    """Since the beginning."""
    municipality: str
    kind: Kind


def plan(seed: int, rate: float, seconds: float) -> Iterator[Arrival]:
    """Yield arrivals at a fixed rate; the same seed brings the same people.

    Args:
        seed: of who comes.
        rate: arrivals a second.
        seconds: for how long.

    """
    choice = Random(seed)
    codes, weights = list(SHARES), list(SHARES.values())
    for number in range(int(rate * seconds)):
        code = choice.choices(codes, weights)[0]
        yield Arrival(number / rate, code, choice.choice(list(Kind)))

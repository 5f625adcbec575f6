"""The stages: how many municipalities and stores there are at each, and what has to hold."""

from dataclasses import dataclass

from local_stack.installation.facts import MUNICIPALITIES
from madoguchi.nation.spread import codes

RELOAD_S = 5.0
"""Until every replica shows the last municipality, and knows the last terminal."""
RSS_MB = 300.0
"""Of the largest replica of the gateway."""
SERVED_SHARE = 0.9
"""Of a stage's municipalities, of which at least one paper came out."""


@dataclass(frozen=True)
class Stage:
    """How large it has become."""

    number: int
    """From 1."""
    codes: tuple[str, ...]
    """All municipalities, those of the stage before among them."""
    stores: int
    """All stores, each with one terminal."""
    used: int
    """Terminals that joined with this stage and are enrolled: people step up to these."""


@dataclass(frozen=True)
class Plan:
    """What is tried."""

    stages: tuple[Stage, ...]
    issuances: int
    """Completed in each stage, at least."""
    customers: int
    """People who are at terminals at the same time, the same number in each stage."""
    seed: int


def plan_of(
    sizes: tuple[tuple[int, int], ...], used: tuple[int, ...], issuances: int, seed: int
) -> Plan:
    """Return the plan; the first stage is the sample's three municipalities.

    Args:
        sizes: municipalities and stores of each stage.
        used: terminals that are enrolled in each stage.
        issuances: completed in each stage, at least.
        seed: of who comes where.

    Raises:
        ValueError: there is no such nation.

    """
    stages, known = list[Stage](), tuple[str, ...](MUNICIPALITIES)
    for number, ((municipalities, stores), enrolled) in enumerate(zip(sizes, used, strict=True), 1):
        known = tuple(codes(municipalities, known))
        stages.append(Stage(number, known, stores, enrolled))
    return Plan(tuple(stages), issuances, customers=stages[0].stores, seed=seed)


FULL = ((3, 7), (41, 13_000), (1_741, 60_000))
"""The seed's first year, and then the nation."""
USED = (7, 60, 240)
SMALL, USED_SMALL = ((3, 7), (8, 60), (20, 200)), (7, 10, 20)
"""The same in little, for a test."""

"""A strike of the plan, and what every kind of strike needs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from proofs.soak.operators import Operators
from proofs.soak.people import People
from proofs.soak.stage import Stage

PATIENCE_S = 20.0
_POLL_S = 0.1


class NotStruck(Exception):
    """A fault could not be done as it was planned, or nothing felt it; the text says why."""


@dataclass(frozen=True)
class Strike:
    """One fault of the plan."""

    kind: str
    target: str


@dataclass
class Scene:
    """Where strikes happen."""

    stage: Stage
    people: People
    operators: Operators
    patience_s: float = PATIENCE_S
    """How long a strike waits for something that it can strike."""


Act = Callable[[Scene, str], Awaitable[int]]
"""Does a fault to a target, lets it last, mends it; returns how much felt it."""


async def until(what: Callable[[], Awaitable[int]], patience_s: float) -> int:
    """Ask until the answer is not 0, but not for ever; return the last answer."""
    deadline = asyncio.get_running_loop().time() + patience_s
    while True:
        found = await what()
        if found or asyncio.get_running_loop().time() > deadline:
            return found
        await asyncio.sleep(_POLL_S)

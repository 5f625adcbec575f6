"""What every part of the model needs to make its steps."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from proofs.model.breakages import Breakage
from proofs.model.lane import Act, Kind, Lane, Slot, Stops
from proofs.model.recording import PRICE, Recorder
from proofs.model.rules import Rules
from proofs.model.settling import settled
from proofs.model.statement import Statement, with_paper
from proofs.model.table import Key

Terminal = Literal["as recorded", "says anything"]


@dataclass(frozen=True)
class Bounds:
    """How much of the world a model has."""

    papers: int = 1
    together: bool = True
    """Whether they are copies of one order; otherwise each has a cardholder of its own."""
    slots: int = 2
    """Requests of one terminal that gateways work on at once: one for each gateway."""
    terminal: Terminal = "as recorded"
    price: int = PRICE
    persons_err: bool = True
    """Whether a named person may decide against what happened at the terminal."""


@dataclass
class World:
    """The parts that steps are made with."""

    bounds: Bounds
    broken: frozenset[Breakage] = frozenset()
    used: set[Key] = field(default_factory=set[Key])
    """Rows of the table that were used."""
    rules: Rules = field(init=False)
    recorder: Recorder = field(init=False)
    statement: Statement = field(init=False)

    def __post_init__(self) -> None:
        self.rules = Rules(self.bounds.price, self.broken)
        self.recorder = Recorder(self.bounds.papers, self.bounds.price, self.broken)
        self.statement = Statement(self.broken, self.used)


Acts = Callable[[World, Lane, Stops], Iterator[Act]]


def act(
    what: str,
    lane: Lane,
    stops: Stops,
    wrong: tuple[str, ...] = (),
    *,
    kind: Kind = "step",
) -> Act:
    """Return a step of the world with what follows from it at once."""
    lane, more = settled(lane)
    return Act(what, kind, lane, stops, wrong + more)


def with_slot(lane: Lane, number: int, slot: Slot | None) -> Lane:
    """Return the lane with another state of one request."""
    slots = (*lane.slots[:number], slot, *lane.slots[number + 1 :])
    return lane._replace(slots=slots)


def free_slot(lane: Lane) -> int | None:
    """Return a gateway that could take a request of this lane."""
    return lane.slots.index(None) if None in lane.slots else None


def changed(lane: Lane, number: int, **changes: object) -> Lane:
    """Return the lane with some fields of a paper replaced."""
    return with_paper(lane, number, lane.papers[number]._replace(**changes))  # pyright: ignore[reportArgumentType]

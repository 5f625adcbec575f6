"""What the model remembers: a lane is one terminal and all that anybody holds about its papers."""

from typing import Literal, NamedTuple

from gateway.issuances.life import State
from gateway.metering.rules import Purpose
from madoguchi_wire.reports import Money

from proofs.model.recording import Journal, Report, Step

Claim = Literal["none", "claimed", "own", "other", "withheld", "refused", "closed"]
"""At the adapter: `own` and `other` are prepared, and tell whose document it is."""
Coins = Literal["none", "in", "back"]
Where = Literal["none", "tray", "taken", "destroyed"]


class Row(NamedTuple):
    """An issuance in the gateways' database, with everything that hangs on it."""

    state: State | None = None
    late: bool = False
    """Whether its deadline has passed."""
    unreported: bool = False
    """Whether the deadline for reports has passed."""
    paid: bool = False
    attested: bool = False
    sealed: bool = False
    """Whether the sealed document is held."""
    other: bool = False
    """Whether that is another one's document."""
    leased: bool = False
    """Whether some replica has the order's lease."""
    kept: frozenset[tuple[Report, bool]] = frozenset()
    """Reports, each with whether it changed the state."""
    money: Money | None = None
    books: frozenset[Purpose] = frozenset()
    metered: bool = False
    outcome: State | None = None
    acknowledged: bool = False
    quarantined: bool = False
    """Whether it ever was: that outcome may still be on its way."""


class Adapter(NamedTuple):
    """What the municipality holds about an issuance, and what is on the wire to it."""

    claim: Claim = "none"
    leased: bool = False
    closed: State | None = None
    asked: bool = False
    """Whether a request to prepare was ever sent: it may arrive at any moment from then on."""


class Machine(NamedTuple):
    """What is in the machine, and in hands, because of one paper."""

    coins: Coins = "none"
    printed: int = 0
    where: Where = "none"
    other: bool = False
    """Whether the document that it fetched is another one's."""


class Past(NamedTuple):
    """What is remembered only to be judged: no part of the product knows it."""

    go: bool = False
    """The gateway gave its go."""
    mismatch: bool = False
    """A gateway saw an answer that differs from what was asked."""
    decided: bool = False
    """A named person ended it."""
    disputed: bool = False
    """The cardholder said: this is not mine."""


class Paper(NamedTuple):
    """One issuance, seen from everywhere."""

    row: Row = Row()
    adapter: Adapter = Adapter()
    machine: Machine = Machine()
    past: Past = Past()
    ordered: bool = False
    """Whether the order was ever sent."""
    fetched: bool = False
    """Whether the document was ever asked for."""


Work = Literal["prepare", "fetch", "report"]
Phase = Literal[
    "asks", "own", "other", "withheld", "refused", "timed out",
    "marks", "again", "judges", "earlier", "repeats", "looks", "answers",
]  # fmt: skip


class Slot(NamedTuple):
    """One request that a gateway works on, between two statements."""

    work: Work
    phase: Phase
    paper: int
    report: Report | None = None
    answer: str = ""
    seen: State | None = None
    """The state as it was read."""
    fresh: bool = True
    """Whether the row is still as it was read."""


class At(NamedTuple):
    """Where the terminal is."""

    doing: Literal["idle", "orders", "step"]
    journal: Journal
    step: Step | None = None
    todo: tuple[int, ...] = ()
    """Papers of the same order that come next."""
    starting: bool = False
    """Whether it is recovering before the next cardholder."""


class Lane(NamedTuple):
    """A terminal, its papers and the requests about them that gateways work on."""

    papers: tuple[Paper, ...]
    at: At
    slots: tuple[Slot | None, ...] = (None, None)
    sent: frozenset[Report] = frozenset()
    """Reports that were ever sent: each may arrive at any moment, and again."""
    orders: int = 0
    """How many cardholders have begun."""


class Stops(NamedTuple):
    """The stops in force, as one lane sees them."""

    municipality: bool = False
    path: bool = False
    """The path from the municipality to this lane's terminal."""
    elsewhere: bool = False
    """A path to a terminal at another site."""
    ever: bool = False
    """Whether anything was ever stopped: what gateways remember may be old from then on."""

    @property
    def here(self) -> bool:
        """Tell whether this lane's papers are stopped."""
        return self.municipality or self.path


Kind = Literal["step", "time", "fault", "person"]
"""`time` passes by itself, but late: it counts as a fault, and yet can be waited for."""


class Act(NamedTuple):
    """One step of the world, and what is wrong with it."""

    what: str
    kind: Kind
    lane: Lane
    stops: Stops
    wrong: tuple[str, ...] = ()

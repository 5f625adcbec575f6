"""Who steps up to which terminal, for what and in which order: the same for the same seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from madoguchi_wire.order import Kind

from store_terminal_sim.core.ordering import Application


@dataclass(frozen=True)
class Person:
    """Somebody with a card."""

    municipality: str
    card: str
    """Name of the card's folder."""


@dataclass(frozen=True)
class Visit:
    """One person who steps up to one terminal and orders once."""

    terminal: str
    person: Person
    kind: Kind
    copies: int
    think_s: float
    """Seconds that pass before, since the last one left."""

    def application(self) -> Application:
        """Return what the terminal is asked for."""
        return Application(self.person.municipality, self.kind, copies=self.copies)


@dataclass(frozen=True)
class Load:
    """The visits at each of some terminals; how many of them take place is a matter of time."""

    seed: int
    people: Sequence[Person]
    most_copies: int = 2
    think_s: float = 0.0
    """Seconds between two visits at a terminal, on average."""

    def at(self, terminal: str, terminals: Sequence[str]) -> Iterator[Visit]:
        """Yield the visits at a terminal, for ever."""
        choice = Random(f"{self.seed}/{terminal}")  # noqa: S311 (a load, not a secret)
        wishes = [(one, kind) for one in self.at_home(terminal, terminals) for kind in Kind]
        while True:
            choice.shuffle(wishes)
            for person, kind in wishes:
                copies, think = choice.randint(1, self.most_copies), choice.expovariate(1.0)
                yield Visit(terminal, person, kind, copies, think * self.think_s)

    def at_home(self, terminal: str, terminals: Sequence[str]) -> Sequence[Person]:
        """Return who comes to a terminal.

        Everybody has a terminal of their own, so that no card is in two slots at once; if there
        are fewer people than terminals, all come to all of them.
        """
        if len(self.people) < len(terminals):
            return self.people
        people = list(self.people)
        Random(f"{self.seed}/people").shuffle(people)  # noqa: S311 (a load, not a secret)
        return people[list(terminals).index(terminal) :: len(terminals)]

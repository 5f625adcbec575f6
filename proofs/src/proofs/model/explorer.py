"""Explores all that can happen from a beginning, in order of faults and then of steps."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, NamedTuple, Protocol, TypeVar

S = TypeVar("S")


class Next(NamedTuple, Generic[S]):
    """One step from a state, and what is wrong with it."""

    what: str
    counts: bool
    """Whether it is one of the faults that a history may have so many of."""
    can_be_waited_for: bool
    """Whether it comes by itself, without a fault and without a person."""
    to: S
    wrong: tuple[str, ...]


class Space(Protocol[S]):
    """States and their steps."""

    def start(self) -> S:
        """Return where everything begins."""
        ...

    def steps(self, state: S) -> Iterable[Next[S]]:
        """Return every step from a state."""
        ...

    def wrong(self, state: S) -> Iterable[str]:
        """Return what of a state must not be."""
        ...

    def is_rest(self, state: S) -> bool:
        """Tell whether nothing is left to do, but for a named person."""
        ...

    def told(self, state: S) -> str:
        """Say in a few words what a state is."""
        ...


@dataclass(frozen=True)
class Found:
    """Something that must not be, and the way there with the fewest faults and steps."""

    wrong: str
    trace: tuple[str, ...]


@dataclass
class Explored:
    """What came of an exploration."""

    states: int = 0
    transitions: int = 0
    depth: int = 0
    """Steps to the state that takes most of them."""
    faults: int | None = None
    """The most faults in one history; None: any number."""
    at_rest: int = 0
    found: list[Found] = field(default_factory=list[Found])


@dataclass
class Explorer(Generic[S]):
    """Explores a space breadth first."""

    space: Space[S]
    faults: int | None = None
    """How many faults a history may have; None: any number."""
    stop_at_first: bool = False
    """Whether to end at the first thing that is wrong."""
    liveness: bool = True
    """Whether to look for states from which no rest is reached without luck or persons."""
    _parents: dict[S, S | None] = field(init=False)
    _onward: dict[S, list[S]] = field(init=False)
    _resting: list[S] = field(init=False)
    _explored: Explored = field(init=False)

    def run(self) -> Explored:
        """Explore everything."""
        start = self.space.start()
        self._parents, self._onward, self._resting = {start: None}, {}, []
        self._explored = Explored(faults=self.faults)
        layer, used = [start], 0
        while layer and (self.faults is None or used <= self.faults):
            layer = self._layer(layer, is_last=used == self.faults)
            used += 1
            if self.stop_at_first and self._explored.found:
                break
        self._explored.states = len(self._parents)
        self._explored.at_rest = len(self._resting)
        if self.liveness and not (self.stop_at_first and self._explored.found):
            self._look_for_dead_ends()
        return self._explored

    def _layer(self, begin: list[S], *, is_last: bool) -> list[S]:
        """Explore all that needs no further fault; return what one more leads to."""
        later, now = dict[S, S](), begin
        while now:
            self._explored.depth += 1
            following = list[S]()
            for state in now:
                if self._step_on(state, following, later):
                    return []
            now = following
        if is_last:
            return []
        fresh = [state for state in later if state not in self._parents]
        for state in fresh:
            self._parents[state] = later[state]
        return fresh

    def _step_on(self, state: S, following: list[S], later: dict[S, S]) -> bool:
        for wrong in self.space.wrong(state):
            self._report(wrong, state)
        if self.space.is_rest(state):
            self._resting.append(state)
        onward = list[S]()
        for step in self.space.steps(state):
            self._explored.transitions += 1
            for wrong in step.wrong:
                self._report(wrong, state, step)
            if step.can_be_waited_for:
                onward.append(step.to)
            if step.to in self._parents:
                continue
            if step.counts and self.faults is not None:
                later.setdefault(step.to, state)
            else:
                self._parents[step.to] = state
                following.append(step.to)
        if self.liveness:
            self._onward[state] = onward
        return self.stop_at_first and bool(self._explored.found)

    def _report(self, wrong: str, state: S, step: Next[S] | None = None) -> None:
        if any(found.wrong == wrong for found in self._explored.found):
            return
        trace = self._trace(state)
        if step is not None:
            trace = (*trace, f"{step.what}  →  {self.space.told(step.to)}")
        self._explored.found.append(Found(wrong, trace))

    def _trace(self, state: S) -> tuple[str, ...]:
        way = [state]
        while (parent := self._parents[way[-1]]) is not None:
            way.append(parent)
        way.reverse()
        return tuple(
            f"{self._name(one, other)}  →  {self.space.told(other)}" for one, other in pairwise(way)
        )

    def _name(self, state: S, following: S) -> str:
        return next(step.what for step in self.space.steps(state) if step.to == following)

    def _look_for_dead_ends(self) -> None:
        """Find a state from which no steps but faults and persons' lead to rest."""
        backward: dict[S, list[S]] = {}
        for state, onward in self._onward.items():
            for following in onward:
                backward.setdefault(following, []).append(state)
        good, todo = set(self._resting), list(self._resting)
        while todo:
            for state in backward.get(todo.pop(), ()):
                if state not in good:
                    good.add(state)
                    todo.append(state)
        for state in self._onward:
            if state not in good:
                self._report("an end can no longer be reached", state)
                return

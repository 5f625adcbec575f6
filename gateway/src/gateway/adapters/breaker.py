"""A breaker: after too many failures nobody is sent that way for a while, then a few try it out."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum


class Position(StrEnum):
    """How a breaker stands."""

    CLOSED = "closed"
    """Everybody may pass."""
    OPEN = "open"
    """Nobody may."""
    HALF_OPEN = "half open"
    """A few probes may; they decide."""


@dataclass(frozen=True)
class BreakerRules:
    """When a breaker opens and closes. Times are in seconds."""

    window_s: float = 10
    """How far back results count."""
    least: int = 10
    """Results that there must be before it judges."""
    ratio: float = 0.5
    """Share of failures from which on it opens."""
    open_s: float = 5
    """How long nobody passes."""
    probes: int = 3
    """How many may try at once when it is half open; as many successes close it."""


@dataclass(frozen=True)
class Pass:
    """Leave to go; its result counts only while the breaker stands as it stood then."""

    turn: int
    probe: bool


@dataclass
class Breaker:
    """One breaker. `now` is any clock that never goes back, in seconds."""

    rules: BreakerRules = field(default_factory=BreakerRules)
    position: Position = Position.CLOSED
    _results: deque[tuple[float, bool]] = field(default_factory=deque[tuple[float, bool]])
    _turn: int = 0
    _opened_at: float = 0
    _probing: int = 0
    _good_probes: int = 0

    def enter(self, now: float) -> Pass | None:
        """Return leave to go, or None."""
        if self.position is Position.OPEN and now - self._opened_at >= self.rules.open_s:
            self._stand(Position.HALF_OPEN)
        if self.position is Position.OPEN:
            return None
        if self.position is Position.CLOSED:
            return Pass(self._turn, probe=False)
        if self._probing + self._good_probes >= self.rules.probes:
            return None
        self._probing += 1
        return Pass(self._turn, probe=True)

    def leave(self, went: Pass, now: float, *, failed: bool | None) -> None:
        """Note how it went; None: it was given up, and tells nothing."""
        if went.turn != self._turn:
            return
        if went.probe:
            self._probing -= 1
        if failed is None:
            return
        if went.probe:
            self._judge_probe(now, failed=failed)
        else:
            self._judge(now, failed=failed)

    def _judge(self, now: float, *, failed: bool) -> None:
        results, rules = self._results, self.rules
        results.append((now, failed))
        while results[0][0] < now - rules.window_s:
            results.popleft()
        failures = sum(one for _, one in results)
        enough = len(results) >= rules.least
        if failed and enough and failures >= rules.ratio * len(results):
            self._open(now)

    def _judge_probe(self, now: float, *, failed: bool) -> None:
        if failed:
            self._open(now)
            return
        self._good_probes += 1
        if self._good_probes >= self.rules.probes:
            self._stand(Position.CLOSED)

    def _open(self, now: float) -> None:
        self._opened_at = now
        self._stand(Position.OPEN)

    def _stand(self, position: Position) -> None:
        self.position = position
        self._turn += 1
        self._results.clear()
        self._probing = self._good_probes = 0

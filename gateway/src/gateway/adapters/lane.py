"""The lane to one municipality: so many at once, only while it answers, with few second tries."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from madoguchi_wire.errors import (
    AdapterBusy,
    AdapterFailed,
    AdapterNonsense,
    AdapterPaused,
    AdapterTimeout,
    MadoguchiError,
)

from gateway.adapters.breaker import Breaker, BreakerRules

MOST_AT_ONCE = 64
"""Asks of one municipality that a replica waits for. At 0.1 s each that is 640 a second; at 5 s
each, a slow city holds no more than these."""
_BUDGET_SHARE, _BUDGET_MOST = 0.2, 10.0
_FAILURES = (AdapterFailed, AdapterTimeout, AdapterNonsense)
_log = structlog.get_logger()


@dataclass
class RetryBudget:
    """Second tries cost from what first ones pay in, so that a failure is not doubled by us."""

    share: float = _BUDGET_SHARE
    """What each first try pays in."""
    most: float = _BUDGET_MOST
    left: float = _BUDGET_MOST

    def pay_in(self) -> None:
        """Note a first try."""
        self.left = min(self.most, self.left + self.share)

    def take(self) -> bool:
        """Tell whether a second try may be made, and pay for it."""
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass
class Lane:
    """Bulkhead, breaker and retry budget of one municipality, in this replica."""

    municipality: str
    most: int = MOST_AT_ONCE
    rules: BreakerRules = field(default_factory=BreakerRules)
    under_way: int = 0
    budget: RetryBudget = field(default_factory=RetryBudget)
    breaker: Breaker = field(init=False)

    def __post_init__(self) -> None:
        self.breaker = Breaker(self.rules)

    @contextmanager
    def taken(self, now: Callable[[], float]) -> Generator[None]:
        """Hold a place while an ask is under way.

        Raises:
            AdapterBusy: all places are taken.
            AdapterPaused: the adapter has failed too often just now.

        """
        if self.under_way >= self.most:
            raise AdapterBusy()
        went = self.breaker.enter(now())
        if went is None:
            raise AdapterPaused()
        self.under_way += 1
        failed: bool | None = None
        try:
            yield
            failed = False
        except MadoguchiError as error:
            # Refusals of card, order or person are the work that it is there for.
            failed = type(error) in _FAILURES
            raise
        finally:
            self.under_way -= 1
            before = self.breaker.position
            self.breaker.leave(went, now(), failed=failed)
            if self.breaker.position is not before:
                _log.warning(
                    "adapter_breaker",
                    municipality=self.municipality,
                    position=self.breaker.position.value,
                )

"""How often a terminal, a site and a chain may ask in a minute, on one replica.

A terminal that runs wild must not take the service from others, nor a chain whose machines all do.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from madoguchi_wire.errors import TooManyRequests

from gateway.terminals.terminal import Terminal


@dataclass(frozen=True)
class Limits:
    """Requests a minute."""

    terminal: int
    site: int
    chain: int


class RequestRates:
    """The requests of the present minute."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._minute: datetime | None = None
        self._asked: Counter[tuple[str, str]] = Counter()

    def count(self, terminal: Terminal, now: datetime) -> None:
        """Count a request, and pass if it is not one too many.

        Raises:
            TooManyRequests: of this terminal, its site or its chain. What is refused to a terminal
                counts no further, so it does not shut its neighbours out.

        """
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._asked = minute, Counter()
        for of, limit in (
            (("terminal", terminal.terminal), self._limits.terminal),
            (("site", terminal.site), self._limits.site),
            (("chain", terminal.chain), self._limits.chain),
        ):
            if self._asked[of] >= limit:
                raise TooManyRequests()
            self._asked[of] += 1

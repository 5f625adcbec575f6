"""What befalls those who stand at the terminals: power fails, or a paper is not theirs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from store_terminal_sim.core.effects import Effect, HttpRequest, Print, TakeMoney
from store_terminal_sim.driver.failures import Moment, PowerCut

_LOOK_S = 0.1


@dataclass
class People:
    """Terminals that shall lose their power, and papers that nobody shall take as theirs."""

    doomed: set[str] = field(default_factory=set[str])
    """Terminals that lose their power at the next step that matters."""
    leaving: set[str] = field(default_factory=set[str])
    """Those that lose it before their next report, and do not get it back at once."""
    away: set[str] = field(default_factory=set[str])
    """Those that are without power."""
    cut: int = 0
    wary: int = 0
    """How many of the next papers are said to be somebody else's."""

    def over(self, terminal: str) -> Callable[[Effect, Moment], None]:
        """Return what watches a terminal's steps."""

        def watch(effect: Effect, moment: Moment) -> None:
            if terminal in self.away:
                raise PowerCut
            reports = isinstance(effect, HttpRequest) and effect.url.endswith("/reports")
            if terminal in self.leaving and reports and moment == "before":
                self.leaving.discard(terminal)
                self.away.add(terminal)
                raise PowerCut
            if terminal in self.doomed and self._matters(effect, moment):
                self.doomed.discard(terminal)
                self.cut += 1
                raise PowerCut

        return watch

    def recognise(self, _terminal: str) -> Callable[[bytes], bool]:
        """Return what somebody says to the paper in the tray: whether it is theirs."""

        def look(_document: bytes) -> bool:
            if self.wary == 0:
                return True
            self.wary -= 1
            return False

        return look

    async def back(self, terminal: str) -> None:
        """Wait until a terminal has power: nobody steps up to a dark one."""
        while terminal in self.away:  # noqa: ASYNC110 (whoever is away is a set, not an event)
            await asyncio.sleep(_LOOK_S)

    def _matters(self, effect: Effect, moment: Moment) -> bool:
        matters = isinstance(effect, TakeMoney | Print) or (
            isinstance(effect, HttpRequest) and effect.url.endswith(("/document", "/reports"))
        )
        return matters and (moment == "before") == (self.cut % 2 == 0)

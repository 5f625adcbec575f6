"""A cardholder whose order is noted before it leaves the terminal, whatever happens after that."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from checker.evidence.askings import Asking
from madoguchi_wire.order import Household, order_digest
from municipal_adapter.records.model import Household as RecordedHousehold
from store_terminal_sim.core.effects import Effect, HttpRequest
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.failures import Moment
from store_terminal_sim.fleet.fleet import Observe

Persons = Literal["self", "two", "all"]
"""Whom a 住民票の写し shall show: 本人, two of the household, or 世帯全員."""


@dataclass
class Chooser:
    """Chooses on the screen, and remembers whom."""

    persons: Persons
    household: RecordedHousehold
    chosen: list[str]
    """Residents: at first the cardholder alone."""

    def __call__(self, shown: Household) -> Sequence[str]:
        """Return the handles of those who shall be on the paper."""
        wanted = len(shown.members) if self.persons == "all" else 2
        # The cardholder first, so that they are among two.
        order = sorted(shown.members, key=lambda member: not member.is_cardholder)[:wanted]
        by_name = {member.name: member.resident_id for member in self.household.members}
        self.chosen[:] = [by_name[member.name] for member in order]
        return [member.handle for member in order]


@dataclass
class Asker(Cardholder):
    """A cardholder, and somebody beside them who writes down what they ask for."""

    note: Callable[[str], Asking] = field(kw_only=True)
    """Makes the note about the order of this digest."""
    file: Path = field(kw_only=True)
    _noted: dict[str, Asking] = field(default_factory=dict[str, Asking], init=False)

    def watching(self, observe: Observe) -> Observe:
        """Return what notes each order before it is sent, and then lets `observe` see the step."""

        def watch(effect: Effect, moment: Moment) -> None:
            # Power may fail at this very step: the note comes first.
            if moment == "before" and isinstance(effect, HttpRequest):
                self._look_at(effect)
            observe(effect, moment)

        return watch

    def came_out(self, papers: Sequence[str]) -> None:
        """Note the papers that came out; the visit has ended."""
        for asking in self._noted.values():
            self._write(asking.model_copy(update={"papers": tuple(papers)}))

    def _look_at(self, request: HttpRequest) -> None:
        if not request.url.endswith("/orders"):
            return
        digest = order_digest(json.loads(request.body)["order"])
        if digest not in self._noted:
            self._noted[digest] = self.note(digest)
            self._write(self._noted[digest])

    def _write(self, asking: Asking) -> None:
        with self.file.open("a", encoding="utf-8") as file:
            file.write(asking.model_dump_json() + "\n")

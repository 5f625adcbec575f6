"""What is broken on purpose, one thing at a time, so that the explorer has something to find."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.issuances.life import TRANSITIONS, Cause, Guard, State, Transition

from proofs.model.breakages import Breakage
from proofs.model.explorer import Found
from proofs.model.table import key_of, table_in_force
from proofs.model.worlds import LIAR, NEXT, ONE, Exploration

_MOST_FAULTS = 3
_TOGETHER = {
    # Each has another defence behind it, which has to go with it.
    Breakage.ANSWERS_ARE_NOT_COMPARED: Breakage.TERMINAL_COMPARES_NOTHING,
}
_ELSEWHERE = {Breakage.TRAY_IS_NOT_ASKED_ABOUT: NEXT}


@dataclass(frozen=True)
class Control:
    """One thing that is broken."""

    name: str
    broken: frozenset[Breakage] = frozenset()
    without_guard: Transition | None = None
    """A row of the table whose guard is gone."""
    world: Exploration = ONE

    def found(self) -> Found | None:
        """Return what comes of it, by the fewest faults; None: the explorer does not notice."""
        rows = tuple(self._rows())
        with table_in_force(rows):
            for faults in range(_MOST_FAULTS + 1):
                explored, _ = self.world.with_faults(faults).run(self.broken, stop_at_first=True)
                if explored.found:
                    return explored.found[0]
        return None

    def _rows(self) -> Iterator[Transition]:
        for row in TRANSITIONS:
            yield replace(row, guard=Guard.NONE) if row is self.without_guard else row


def controls() -> Iterator[Control]:
    """Yield each defence and order of steps, and each guard of the table, broken by itself."""
    for breakage in Breakage:
        if breakage is Breakage.SWEEPS_TAKE_ALL:
            continue
        broken = {breakage, _TOGETHER.get(breakage, breakage)}
        world = _ELSEWHERE.get(breakage, ONE)
        yield Control(breakage.value, frozenset(broken), world=world)
    for row in TRANSITIONS:
        if row.guard is not Guard.NONE:
            source, target, cause = key_of(row)
            name = f"{source} → {target} by {cause.value}, without: {row.guard.value}"
            yield Control(name, *_in_which(row))


def _in_which(row: Transition) -> tuple[frozenset[Breakage], Transition, Exploration]:
    """Return what has to go with a row's guard, the row, and the world that shows it."""
    if (row.source, row.cause) == (State.IN_DOUBT, Cause.REPORT):
        # The rule of reports stands before the guard, and only a liar comes so far.
        return frozenset({Breakage.JUDGES_COMPLETED_UNPAID}), row, LIAR
    return frozenset({Breakage.SWEEPS_TAKE_ALL}), row, ONE

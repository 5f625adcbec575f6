"""What a drill showed."""

from collections import Counter
from collections.abc import Callable

from loadtests.relay import NEEDED
from pydantic import BaseModel, ConfigDict, computed_field

KILLED_AT_LEAST = 2
Told = Callable[[str], None]
"""Hears, in a line, what is being done."""


class Kill(BaseModel):
    """One process that was killed at work."""

    model_config = ConfigDict(frozen=True)

    target: str
    at_s: float
    """Seconds of the load that had passed."""
    met: int
    """What it had before it and had not finished when it stood still: of broker and relays events
    without an acknowledgement, of the stamper events without a stamp and stamps without their
    countersignatures, of the archive events that Kafka had and it had not."""
    down_s: float
    """Until it was ready again."""


class Report(BaseModel):
    """`var/audit/report.json`."""

    model_config = ConfigDict(frozen=True)

    seed: int
    seconds: float
    """Under load."""
    papers: int
    kills: tuple[Kill, ...]
    missed: tuple[str, ...]
    """Kills that met no work, or too few of a process."""
    outbox: int
    """Events."""
    kafka: int
    """Events, each counted once."""
    repeats: int
    """Messages beside them: what was sent again because its sender died before it knew."""
    archive: int
    """Events."""
    stamps: int
    caught_up_s: float
    """From the end of the load until the archive had everything."""
    faults: tuple[str, ...]
    """Whatever differs between the three, and what `audit verify` found."""
    verified: bool
    """By the archive's own command, with both witnesses, over every event."""
    relay_events_per_s: float
    """One relay on one core that catches up with a backlog."""

    @computed_field
    @property
    def holds(self) -> bool:
        """Whether all are equal and verified, every kill met work, and the relay is fast enough."""
        equal = self.outbox == self.kafka == self.archive > 0 and not self.faults
        fast = self.relay_events_per_s >= NEEDED
        return equal and self.verified and fast and not self.missed


def too_few(kills: tuple[Kill, ...], targets: tuple[str, ...]) -> list[str]:
    """Name the processes that were not killed often enough."""
    often = Counter(kill.target for kill in kills)
    return [
        f"{target} was killed {often[target]} times, not {KILLED_AT_LEAST}"
        for target in targets
        if often[target] < KILLED_AT_LEAST
    ]

"""What the relay asks of the place that events go to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from relay.batch import Row
from relay.outbox import Connection
from relay.stamps import CompleteStamp


class SinkFault(Exception):
    """The sink does not take events; the text says why and what to do."""


@dataclass(frozen=True)
class Published:
    """What became of a batch."""

    events: int = 0
    """Kept in their place."""
    set_aside: int = 0
    """Refused there for good; a dead letter stands for each."""
    fault: str | None = None
    """Why the rest waits, and what to do."""


class Sink(Protocol):
    """Where events go, while a relay owns buckets by `connection`."""

    alone: bool
    """Whether one relay has to carry everything."""

    async def open(self, connection: Connection) -> None:
        """Prepare for publishing; raises SinkFault."""
        ...

    async def lacks(self) -> str | None:
        """Return what of the sink is missing while the rest works, in words."""
        ...

    async def publish(self, connection: Connection, rows: Sequence[Row]) -> Published:
        """Keep the rows in this order for good, then mark them as published.

        Raises:
            SinkFault: none could be kept, and the sink has to be opened anew.

        """
        ...

    async def publish_stamps(
        self, connection: Connection, stamps: Sequence[CompleteStamp]
    ) -> Published:
        """Keep the stamps in this order for good, then mark them; raises SinkFault."""
        ...

    async def close(self) -> None:
        """Let go of the sink; `open` may come again."""
        ...

"""What the relay asks of the place that events go to."""

from collections.abc import Sequence
from typing import Protocol

from relay.batch import Row
from relay.outbox import Connection


class SinkFault(Exception):
    """The sink does not take events; the text says why and what to do."""


class Sink(Protocol):
    """Where events go, while one relay owns the outbox by `connection`."""

    async def open(self, connection: Connection) -> None:
        """Prepare for publishing; raises SinkFault."""
        ...

    async def publish(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Keep the rows in this order for good, then mark them as published.

        Raises:
            SinkFault: some could not be kept; only those that were are marked.

        """
        ...

    async def close(self) -> None:
        """Let go of the sink; `open` may come again."""
        ...

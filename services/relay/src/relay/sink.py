"""Where events go."""

from collections.abc import Sequence
from typing import Protocol

from relay.batch import Connection, Event


class Sink(Protocol):
    """A destination of the audit stream."""

    name: str
    """What it is called in logs and locks."""

    async def open(self, connection: Connection) -> None:
        """Get ready; called with the lock held, and again after a fault."""
        ...

    async def publish(self, connection: Connection, events: Sequence[Event]) -> None:
        """Publish events and mark them published; all of them durably, or raise."""
        ...

    async def close(self) -> None:
        """Let go of what `open` took."""
        ...

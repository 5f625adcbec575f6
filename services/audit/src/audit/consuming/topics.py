"""The topics of an audit stream, as the relay fills them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topics:
    """Named after the topic of the events."""

    events: str = "madoguchi.audit"

    @property
    def stamps(self) -> str:
        """Stamp records."""
        return f"{self.events}.stamps"

    @property
    def dead_letters(self) -> str:
        """What was set aside, by anybody."""
        return f"{self.events}.dead-letter"

"""What one requirement is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Requirement:
    """One thing that an adapter must do."""

    id: str
    must: str
    """In a sentence that begins behind "The adapter"."""
    source: str
    """Where it comes from: design, domain or a decision."""
    mend: str
    """What to do if it does not."""

"""One vector: what comes in, and what has to be said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Vector:
    """One case."""

    id: str
    what: str
    """In words."""
    input: Mapping[str, Any]
    reason: str | None = None
    """Why it has to be refused: the problem's slug, or for pages the terminal's words; None: it
    holds."""

    def as_json(self) -> dict[str, Any]:
        """Return it as it stands in the file."""
        verdict = "holds" if self.reason is None else "refused"
        told = {"id": self.id, "what": self.what, "verdict": verdict, "reason": self.reason}
        return told | {"input": dict(self.input)}


def numbered(
    prefix: str, vectors: Sequence[tuple[str, Mapping[str, Any], str | None]]
) -> list[Vector]:
    """Return vectors with ids in their order."""
    return [
        Vector(f"{prefix}-{number:02}", what, given, reason)
        for number, (what, given, reason) in enumerate(vectors, start=1)
    ]

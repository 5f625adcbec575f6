"""What a vendor's program does with a request for a paper."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from proofs.incidents.vendor.press import Asked, Press


@dataclass(frozen=True)
class Paper:
    """What comes of a request."""

    pdf: bytes
    struck: bool
    """Whether the fault made it another paper than the one that was asked for."""
    record_of: str | None = None
    """Whose record lies beside it; None: the right person's."""


@dataclass(frozen=True)
class Workshop:
    """What a program works with."""

    press: Press
    spool: Path
    seed: int


class Program(Protocol):
    """A program of a vendor; it is called by many threads at once."""

    def paper(self, asked: Asked) -> Paper:
        """Return the paper for a request."""
        ...

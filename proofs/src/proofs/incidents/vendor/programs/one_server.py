"""F7, Takamatsu 2024: a program for one server, installed on two that share their spool.

Its names are unique on one host: the second, and a number that a lock of this process guards.
"""

from datetime import UTC, datetime
from threading import Lock

from proofs.incidents.vendor.program import Workshop
from proofs.incidents.vendor.programs.spooled import Spooled


class Names:
    """Names that no other thread of this process gets."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._second, self._number = "", 0

    def next(self) -> str:
        """Return a new name."""
        with self._lock:
            second = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
            self._number = self._number + 1 if second == self._second else 1
            self._second = second
            return f"{second}-{self._number:03d}.pdf"


def make(workshop: Workshop) -> Spooled:
    """Return the program."""
    return Spooled(workshop, Names().next)

"""F3, Kawasaki 2023: a temporary file named by the second; the later overwrites the earlier."""

from datetime import UTC, datetime

from proofs.incidents.vendor.program import Workshop
from proofs.incidents.vendor.programs.spooled import Spooled


def make(workshop: Workshop) -> Spooled:
    """Return the program."""
    return Spooled(workshop, lambda: f"{datetime.now(UTC):%Y%m%d%H%M%S}.pdf")

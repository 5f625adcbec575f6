"""How far the books are looked at."""

from dataclasses import dataclass

from madoguchi_wire.errors import PeriodNotClosed
from madoguchi_wire.kit.pool import Executor

from billing.rules.periods import Period

EVERY = 2**63 - 1
"""Number of a transfer that is never reached."""
_REACHED = """
    SELECT period, last_transfer FROM billing.periods
    WHERE position <= (SELECT position FROM billing.periods WHERE period = $1) ORDER BY position
"""


@dataclass(frozen=True)
class Reached:
    """What was owed up to a closed period, and payments up to a transfer."""

    periods: tuple[str, ...]
    """In the order in which they were closed; the last one is looked at."""
    last_transfer: int = EVERY
    """The last one whose payments count."""

    @property
    def period(self) -> str:
        """The period that is looked at."""
        return self.periods[-1]

    @property
    def today(self) -> "Reached":
        """The same, with all payments that are recorded by now."""
        return Reached(self.periods)


async def at_close(connection: Executor, period: Period) -> Reached:
    """Return what the close of a period had seen.

    Raises:
        PeriodNotClosed: it is open.

    """
    rows = await connection.fetch(_REACHED, str(period))
    if not rows:
        raise PeriodNotClosed(f"{period} is open: close it first.")
    return Reached(tuple(row["period"] for row in rows), rows[-1]["last_transfer"])

"""The stops in force, in memory; `gateway.database.changes` keeps it fresh.

It spares people a way that ends in a refusal. What is released is judged by the database, in the
statement that releases.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from madoguchi_wire.errors import MunicipalityStopped
from madoguchi_wire.kit.pool import Executor

_IN_FORCE = "SELECT municipality, terminal, stopped_at FROM stops WHERE released_at IS NULL"


class StopRegistry:
    """What issues nothing at present."""

    def __init__(self) -> None:
        self._stopped: dict[tuple[str, str | None], datetime] = {}
        """Since when, by municipality and terminal; no terminal: all of the municipality."""

    async def refresh(self, connection: Executor) -> None:
        """Read the stops in force."""
        rows = await connection.fetch(_IN_FORCE)
        stopped: dict[tuple[str, str | None], datetime] = {}
        for row in rows:
            what = row["municipality"], row["terminal"]
            stopped[what] = min(row["stopped_at"], stopped.get(what, row["stopped_at"]))
        self._stopped = stopped

    def stopped(self, municipality: str, terminal: str | None = None) -> bool:
        """Tell whether the municipality, or its path to this terminal, is stopped."""
        return (municipality, None) in self._stopped or (municipality, terminal) in self._stopped

    def words(self) -> str | None:
        """Say how much is stopped, and since when; None if nothing is."""
        whole = [since for (_, terminal), since in self._stopped.items() if terminal is None]
        paths = [since for (_, terminal), since in self._stopped.items() if terminal is not None]
        counted = [_counted(whole, "municipalities"), _counted(paths, "paths to a terminal")]
        told = ", ".join(one for one in counted if one is not None)
        return f"stopped: {told}; look at `gateway stops`" if told else None

    def check(self, municipality: str, terminal: str) -> None:
        """Pass if nothing is stopped.

        Raises:
            MunicipalityStopped: the municipality, or its path to this terminal, is.

        """
        if self.stopped(municipality, terminal):
            raise MunicipalityStopped()


def _counted(since: Sequence[datetime], what: str) -> str | None:
    if not since:
        return None
    oldest = min(since).astimezone(UTC)
    return f"{what}: {len(since)} (the oldest since {oldest:%Y-%m-%dT%H:%M:%SZ})"

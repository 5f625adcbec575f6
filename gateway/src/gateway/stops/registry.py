"""The stops in force, in memory; `gateway.database.changes` keeps it fresh.

It spares people a way that ends in a refusal. What is released is judged by the database, in the
statement that releases.
"""

from madoguchi_wire.errors import MunicipalityStopped
from madoguchi_wire.kit.pool import Executor

_IN_FORCE = "SELECT municipality, terminal FROM stops WHERE released_at IS NULL"


class StopRegistry:
    """What issues nothing at present."""

    def __init__(self) -> None:
        self._stopped: frozenset[tuple[str, str | None]] = frozenset()

    async def refresh(self, connection: Executor) -> None:
        """Read the stops in force."""
        rows = await connection.fetch(_IN_FORCE)
        self._stopped = frozenset((row["municipality"], row["terminal"]) for row in rows)

    def stopped(self, municipality: str, terminal: str | None = None) -> bool:
        """Tell whether the municipality, or its path to this terminal, is stopped."""
        return not self._stopped.isdisjoint({(municipality, None), (municipality, terminal)})

    def check(self, municipality: str, terminal: str) -> None:
        """Pass if nothing is stopped.

        Raises:
            MunicipalityStopped: the municipality, or its path to this terminal, is.

        """
        if self.stopped(municipality, terminal):
            raise MunicipalityStopped()

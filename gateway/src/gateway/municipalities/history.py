"""What was decided about one municipality so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from madoguchi_wire.kit.pool import Connection

from gateway.municipalities.life import State

_OF_ONE = """
    SELECT number, state, version, in_force_from <= madoguchi_now() AS begun
    FROM municipality_decisions WHERE municipality = $1 ORDER BY number DESC
"""


@dataclass(frozen=True)
class Kept:
    """A decision as it was kept before."""

    number: int
    state: State
    version: int
    begun: bool


@dataclass(frozen=True)
class History:
    """What was decided about a municipality, the newest first."""

    kept: Sequence[Kept] = field(default_factory=tuple[Kept, ...])

    @property
    def in_force(self) -> Kept | None:
        """The one that counts now."""
        return next((one for one in self.kept if one.begun), None)

    @property
    def waiting(self) -> Kept | None:
        """The next one that will count, unless something is decided before."""
        newest_begun = self.in_force.number if self.in_force else 0
        return next((o for o in self.kept if not o.begun and o.number > newest_begun), None)

    @property
    def state(self) -> State:
        """The state now."""
        return self.in_force.state if self.in_force else State.DRAFT

    @property
    def spoken_by(self) -> int | None:
        """The version whose keys and addresses last spoke for it; a tested one has not yet."""
        begun = (one for one in self.kept if one.begun and one.state is not State.TESTED)
        return next((one.version for one in begun), None)

    def earlier(self) -> list[int]:
        """Return the versions below the one in force that were live, the newest first."""
        present = self.in_force.version if self.in_force else 0
        live = {one.version for one in self.kept if one.begun and one.state is State.LIVE}
        return sorted((one for one in live if one < present), reverse=True)


async def history_of(connection: Connection, code: str) -> History:
    """Return what was decided about a municipality."""
    rows = await connection.fetch(_OF_ONE, code)
    return History(
        [Kept(row["number"], State(row["state"]), row["version"], row["begun"]) for row in rows]
    )

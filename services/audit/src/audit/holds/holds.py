"""Legal holds: placed and lifted by named persons with a reason, neither ever changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Executor

_PLACE = """
    INSERT INTO holds (hold_id, municipality, subject, first_day, last_day, placed_by, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_LIFT = """
    INSERT INTO hold_liftings (hold_id, lifted_by, reason)
    SELECT hold_id, $2, $3 FROM holds WHERE hold_id = $1
    ON CONFLICT DO NOTHING
"""
_LIST = """
    SELECT hold_id, municipality, subject, first_day, last_day, placed_by, holds.reason, placed_at,
           lifted_by, lifted_at, hold_liftings.reason AS lifted_because
    FROM holds LEFT JOIN hold_liftings USING (hold_id)
    WHERE $1 OR lifted_by IS NULL ORDER BY placed_at, hold_id
"""


class HoldUnknown(ValueError):
    """No hold in force has this id."""


@dataclass(frozen=True)
class Held:
    """What retention must leave alone; None: whatever it is."""

    municipality: str | None = None
    subject: str | None = None
    """One issuance."""
    first_day: date | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        """Refuse a hold over everything: it would be none that anybody meant.

        Raises:
            ValueError: nothing is named, or the days are the wrong way round.

        """
        if not (self.municipality or self.subject or self.first_day or self.last_day):
            raise ValueError("a hold names a municipality, an issuance or days")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("the last day of a hold comes before its first")


@dataclass(frozen=True)
class Hold:
    """A hold as the archive has it."""

    hold_id: UUID
    municipality: str | None
    subject: str | None
    first_day: date | None
    last_day: date | None
    placed_by: str
    reason: str
    placed_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    lifted_because: str | None


async def place(connection: Executor, held: Held, person: Person) -> UUID:
    """Place a hold; it counts from now on. Return its id."""
    hold = uuid4()
    await connection.execute(
        _PLACE,
        hold,
        held.municipality,
        held.subject,
        held.first_day,
        held.last_day,
        person.name,
        person.reason,
    )
    return hold


async def lift(connection: Executor, hold: UUID, person: Person) -> None:
    """Lift a hold.

    Raises:
        HoldUnknown: no hold in force has this id.

    """
    told = await connection.execute(_LIFT, hold, person.name, person.reason)
    if told != "INSERT 0 1":
        raise HoldUnknown("no hold in force has this id: `audit holds` lists those that are")


async def list_holds(connection: Executor, *, lifted_too: bool = False) -> Sequence[Hold]:
    """Return the holds in force, the oldest first; with those that were lifted on demand."""
    return [Hold(**dict(row.items())) for row in await connection.fetch(_LIST, lifted_too)]

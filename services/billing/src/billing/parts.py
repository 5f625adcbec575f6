"""What the endpoints of one process share."""

from dataclasses import dataclass

from madoguchi_wire.clock import Clock, japan_day
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Pool

from billing.books.office import Office
from billing.contracts.contracts import Contracts
from billing.settings import Settings


@dataclass(frozen=True)
class Parts:
    """Pool, clock, contracts and settings."""

    settings: Settings
    contracts: Contracts
    pool: Pool
    clock: Clock

    def office(self, person: Person) -> Office:
        """Return the office as it is open to a person today."""
        return Office(self.contracts, japan_day(self.clock.now()), person)

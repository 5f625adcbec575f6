"""What every act in the books needs: contracts, the day, and a person with a reason."""

from dataclasses import dataclass
from datetime import date

from madoguchi_wire.errors import AccountUnknown
from madoguchi_wire.kit.person import Person

from billing.contracts.contracts import Contracts, NoContract


@dataclass(frozen=True)
class Office:
    """Who acts, on which of Japan's days, under which contracts."""

    contracts: Contracts
    today: date
    person: Person

    def check_chain(self, chain: str) -> None:
        """Pass a chain with a contract; raises AccountUnknown."""
        try:
            self.contracts.chain(chain)
        except NoContract as error:
            raise AccountUnknown(f"{error}.") from error

    def check_municipality(self, code: str) -> None:
        """Pass a municipality with a contract; raises AccountUnknown."""
        try:
            self.contracts.municipality(code)
        except NoContract as error:
            raise AccountUnknown(f"{error}.") from error

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

    def check_municipality(self, code: str, on: date | None = None) -> None:
        """Pass a municipality with a contract, in force on that day; raises AccountUnknown."""
        try:
            contract = self.contracts.municipality(code)
        except NoContract as error:
            raise AccountUnknown(f"{error}.") from error
        if on is not None and not contract.is_in_force(on, on):
            days = f"from {contract.valid_from}"
            days += f" until {contract.until}" if contract.until else ""
            raise AccountUnknown(
                f"municipality {code} has papers of {on} and no contract on that day:"
                f" municipalities/{code}.yaml says {days}."
            )

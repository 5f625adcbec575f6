"""What a step of an issuance books: transfers of yen between accounts, one per purpose.

Money taken waits in deposits until the paper is out; then it is the municipality's. Fees and
commission are booked gross (総計予算主義, 地方自治法210条): the commission is a debt of its own.
"""

from dataclasses import dataclass
from enum import StrEnum

from madoguchi_wire.reports import Money


class Purpose(StrEnum):
    """Why yen moved; at most once for each issuance."""

    FEE_DEPOSITED = "fee_deposited"
    FEE_EARNED = "fee_earned"
    COMMISSION = "commission"
    FEE_REFUNDED = "fee_refunded"
    FEE_KEPT = "fee_kept"
    """The machine could not hand the money back: it is owed to the cardholder."""


@dataclass(frozen=True)
class Transfer:
    """Yen from one account to another; a debit raises what the first one holds."""

    purpose: Purpose
    debit: str
    credit: str
    yen: int
    reverses: Purpose | None = None


@dataclass(frozen=True)
class Sale:
    """What the books need to know of an issuance."""

    municipality: str
    chain: str
    fee: int
    """Yen."""
    commission: int
    """Yen that the chain gets for the paper; 0 at a city's own machine."""

    @property
    def cash(self) -> str:
        """The account of coins in the chain's machines."""
        return f"cash:{self.chain}"

    @property
    def deposits(self) -> str:
        """The account of fees whose papers are not out yet."""
        return f"deposits:{self.municipality}"


def on_paid(sale: Sale) -> tuple[Transfer, ...]:
    """Return what is booked when the fee is in the machine."""
    return (Transfer(Purpose.FEE_DEPOSITED, sale.cash, sale.deposits, sale.fee),)


def on_completed(sale: Sale) -> tuple[Transfer, ...]:
    """Return what is booked when the paper is out."""
    owed = f"owed_to_municipality:{sale.municipality}"
    earned = Transfer(Purpose.FEE_EARNED, sale.deposits, owed, sale.fee)
    if sale.commission == 0:
        return (earned,)
    debit, credit = f"commission:{sale.municipality}", f"owed_to_chain:{sale.chain}"
    return earned, Transfer(Purpose.COMMISSION, debit, credit, sale.commission)


def on_voided(sale: Sale, money: Money, *, deposited: bool) -> tuple[Transfer, ...]:
    """Return what is booked when no paper counts.

    Money that the gateway had booked and that the terminal says it never took stays in deposits:
    it is owed until somebody explains it.
    """
    if money is Money.REFUNDED and deposited:
        refund = Purpose.FEE_REFUNDED
        return (Transfer(refund, sale.deposits, sale.cash, sale.fee, Purpose.FEE_DEPOSITED),)
    if money is Money.KEPT:
        source = sale.deposits if deposited else sale.cash
        return (Transfer(Purpose.FEE_KEPT, source, f"owed_to_cardholders:{sale.chain}", sale.fee),)
    return ()

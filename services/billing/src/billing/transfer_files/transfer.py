"""Who pays whom how much: what becomes a transfer file."""

from collections.abc import Iterable
from dataclasses import dataclass

from billing.contracts.account import BankAccount


@dataclass(frozen=True)
class Payment:
    """One transfer of a file."""

    account: BankAccount
    """The payee's."""
    yen: int
    reference: str
    """Up to twenty digits for the payee's books (顧客コード): whose money, of which month."""


def to_pay(payments: Iterable[Payment]) -> tuple[Payment, ...]:
    """Return the payments without those of nothing: no bank transfers zero yen."""
    return tuple(payment for payment in payments if payment.yen != 0)

"""Who pays whom how much: what becomes a transfer file."""

from dataclasses import dataclass

from madoguchi_wire.bank_account import BankAccount


@dataclass(frozen=True)
class Payment:
    """One transfer of a file."""

    account: BankAccount
    """The payee's."""
    yen: int
    reference: str
    """Up to twenty digits for the payee's books (顧客コード): whose money, of which month."""

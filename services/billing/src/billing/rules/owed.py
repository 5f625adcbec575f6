"""What is still owed of a period: its sums, as far as recorded payments leave them open.

No payment but a pay-in says for which period it is. So payments settle what was owed first, and
what is open of a period is what the balance of its account leaves of its sum.
"""

from dataclasses import dataclass

from billing.statements.statement import Role, Totals


@dataclass(frozen=True)
class Sums:
    """Yen between the centre and one party, by what they are for."""

    fees: int = 0
    """Owed to a municipality, or by a chain; below zero, a municipality owes them back."""
    commissions: int = 0
    """Owed by a municipality, or to a chain; tax included."""
    share: int = 0
    """Owed by a municipality."""
    claims_returned: int = 0
    """Owed to a chain."""


@dataclass(frozen=True)
class Sides:
    """What a party receives and what it pays."""

    receive: int
    pay: int


def sums_of(role: Role, totals: Totals) -> Sums:
    """Return what a period made owed, whatever was paid of it."""
    fees = totals.fees - totals.collected - totals.refunds
    if role is Role.CHAIN:
        # A chain pays a claim by itself, as soon as it admits it.
        return Sums(fees, totals.commissions, 0, totals.claims_returned)
    return Sums(
        fees - totals.set_off + totals.claims_paid - totals.claims_returned,
        totals.commissions - totals.set_off,
        totals.share,
    )


def still_open(owed: Sums, balance: Sums) -> Sums:
    """Return what of a period's sums is open, by the balances of all periods up to it."""
    return Sums(
        _open(owed.fees, balance.fees),
        _open(owed.commissions, balance.commissions),
        _open(owed.share, balance.share),
        _open(owed.claims_returned, balance.claims_returned),
    )


def _open(owed: int, balance: int) -> int:
    return max(0, min(owed, balance)) if owed >= 0 else min(0, max(owed, balance))


def sides_of(role: Role, sums: Sums) -> Sides:
    """Return what the party receives and pays; fees that go back are paid."""
    if role is Role.CHAIN:
        return Sides(sums.commissions + sums.claims_returned, sums.fees)
    return Sides(max(sums.fees, 0), sums.commissions + sums.share + max(-sums.fees, 0))

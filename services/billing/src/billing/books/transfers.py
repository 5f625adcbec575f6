"""Transfers of the settlement ledger: yen from one account to another, once for each subject."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from madoguchi_wire.kit.pool import Connection

_BOOK = """
    INSERT INTO billing.transfers (purpose, subject, debit_account, credit_account, yen, day,
        period, municipality, chain, issuance_id, reverses, reverses_purpose, reference,
        recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""


class Purpose(StrEnum):
    """Why yen moved; with its subject at most once."""

    PAID_IN = "paid_in"
    """A chain paid fees to the centre."""
    COLLECTED = "collected"
    """Fees in a municipality's own machines: it takes the coins itself."""
    PAID_OUT = "paid_out"
    """The centre paid fees to a municipality."""
    PAID_BACK = "paid_back"
    """A municipality paid fees back that turned out not to be its own."""
    COMMISSION_PAID_IN = "commission_paid_in"
    COMMISSION_PAID_OUT = "commission_paid_out"
    TAX = "tax"
    """What of a commission is consumption tax, set apart when its period is closed."""
    TAX_PAID = "tax_paid"
    """What of commissions that were paid before their period was closed was tax."""
    SET_OFF = "set_off"
    """Commissions kept from a municipality's fees, at the close, where its contract says net."""
    SHARE = "share"
    """A municipality owes its share of a fiscal year."""
    SHARE_PAID = "share_paid"
    REFUND_BY_CHAIN = "refund_by_chain"
    REFUND_BY_MUNICIPALITY = "refund_by_municipality"
    HANDED_BACK = "handed_back"
    """A fee that a machine kept and a person gave back; no paper had come of it."""
    CLAIM = "claim"
    """Delivered, then voided: owed, or at its own machine lost, until it is explained."""
    EXPLAINED = "explained"
    CLAIM_PAID = "claim_paid"
    """A chain paid a claim to the centre."""
    CLAIM_PASSED_ON = "claim_passed_on"
    """With that the municipality is owed it, as any fee."""
    CLAIM_TAKEN_BACK = "claim_taken_back"
    """Explained or reversed after it was paid: the municipality is not owed it."""
    CLAIM_RETURNED = "claim_returned"
    """The centre paid an explained claim back to the chain."""
    DEPOSIT_RELEASED = "deposit_released"
    """A claim is settled: what the gateway had booked as paid, and the terminal as never taken."""
    REVERSED = "reversed"
    """What was recorded by mistake as paid."""


HELD, EARNED = "held_by_centre", "earned_by_centre"
"""Money at the centre; what the centre earned."""


def cash(chain: str) -> str:
    """Return the account of coins in a chain's machines."""
    return f"cash:{chain}"


def owed(municipality: str) -> str:
    """Return the account of fees that a municipality is owed."""
    return f"owed_to_municipality:{municipality}"


def owed_to_chain(chain: str) -> str:
    """Return the account of commissions that a chain is owed."""
    return f"owed_to_chain:{chain}"


def commission(municipality: str) -> str:
    """Return the account of commissions that a municipality owes, without their tax."""
    return f"commission:{municipality}"


def commission_tax(municipality: str) -> str:
    """Return the account of the tax in commissions that a municipality owes."""
    return f"commission_tax:{municipality}"


def claims_on(chain: str) -> str:
    """Return the account of claims on a chain; below zero, it paid what was explained since."""
    return f"claims_on:{chain}"


def lost(municipality: str) -> str:
    """Return the account of what may be lost at a municipality's own machines: nobody owes it."""
    return f"lost:{municipality}"


def claimed_by(municipality: str) -> str:
    """Return the account of a municipality's claims."""
    return f"claimed_by:{municipality}"


@dataclass(frozen=True)
class Transfer:
    """Yen from one account to another; a debit raises what the first one holds."""

    purpose: Purpose
    subject: str
    debit: str
    credit: str
    yen: int
    day: date
    period: str
    """In whose statements it counts."""
    municipality: str | None = None
    chain: str | None = None
    issuance: UUID | None = None
    reverses: UUID | None = None
    """A transfer of ours."""
    reverses_purpose: str | None = None
    """A transfer of the gateway's about the same issuance."""
    reference: str | None = None
    """The bank's, of a payment."""


async def book(connection: Connection, transfers: Iterable[Transfer], by: str) -> None:
    """Add transfers to the ledger, in the name of a person."""
    rows = [
        (
            one.purpose.value,
            one.subject,
            one.debit,
            one.credit,
            one.yen,
            one.day,
            one.period,
            one.municipality,
            one.chain,
            one.issuance,
            one.reverses,
            one.reverses_purpose,
            one.reference,
            by,
        )
        for one in transfers
    ]
    await connection.executemany(_BOOK, rows)


async def book_one(connection: Connection, transfer: Transfer, by: str) -> UUID:
    """Add a transfer; return its id."""
    await book(connection, [transfer], by)
    booked: UUID = await connection.fetchval(
        "SELECT transfer_id FROM billing.transfers WHERE purpose = $1 AND subject = $2",
        transfer.purpose.value,
        transfer.subject,
    )
    return booked

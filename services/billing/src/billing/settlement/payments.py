"""Payments between the centre and the others, up to what is owed for closed days."""

from dataclasses import dataclass
from datetime import date

from madoguchi_wire.errors import AmountRefused, PaymentDiffers
from madoguchi_wire.kit.pool import Connection

from billing.books.balances import settled_balance
from billing.books.office import Office
from billing.books.transfers import (
    HELD,
    Purpose,
    Transfer,
    book,
    claims_on,
    commission,
    commission_tax,
    owed,
    owed_to_chain,
)
from billing.books.writing import writing
from billing.closing.calendar import read_calendar
from billing.rules.payments import check_day, check_facts
from billing.rules.periods import period_for
from billing.settlement.claims import open_claims
from billing.settlement.recorded import Recorded, recorded, subject
from billing.statements.statement import Role

PARTIES = {
    Purpose.PAID_OUT: Role.MUNICIPALITY,
    Purpose.COMMISSION_PAID_IN: Role.MUNICIPALITY,
    Purpose.COMMISSION_PAID_OUT: Role.CHAIN,
    Purpose.SHARE_PAID: Role.MUNICIPALITY,
    Purpose.PAID_BACK: Role.MUNICIPALITY,
    Purpose.CLAIM_RETURNED: Role.CHAIN,
}
"""Who is on the other side."""


@dataclass(frozen=True)
class Payment:
    """Yen that the centre paid to, or got from, a municipality or chain."""

    purpose: Purpose
    party: str
    yen: int
    reference: str
    """The bank's."""
    paid_on: date


@dataclass(frozen=True)
class _Leg:
    of: tuple[str, ...]
    """What its subject says beside party and reference."""
    debit: str
    credit: str
    open: int
    """Yen that may be paid at most."""


async def record_payment(connection: Connection, office: Office, paid: Payment) -> bool:
    """Book a payment; False if it was booked before, just so.

    Raises:
        AccountUnknown: the party has no contract.
        AmountRefused: no whole yen above zero, or more than is owed.
        InvalidFields: paid on no day of the books; no reference.
        PaymentDiffers: the reference was booked with other facts.

    """
    role = PARTIES[paid.purpose]
    is_city = role is Role.MUNICIPALITY
    (office.check_municipality if is_city else office.check_chain)(paid.party)
    check_facts(paid.reference, paid.yen)
    city, chain = (paid.party, None) if is_city else (None, paid.party)
    async with writing(connection):
        found = await recorded(connection, paid.reference, [paid.purpose])
        mine = [one for one in found if one.is_of(paid.party)]
        standing = [one for one in mine if not one.reversed]
        if standing:
            _check_same(paid, standing)
            return False
        calendar = await read_calendar(connection)
        check_day(paid.paid_on, calendar.first_day, office.today)
        period = str(period_for(paid.paid_on, office.today, calendar.periods))
        transfers = [
            Transfer(
                paid.purpose,
                subject(paid.party, paid.reference, *leg.of, reversed_before=len(mine)),
                leg.debit,
                leg.credit,
                yen,
                paid.paid_on,
                period,
                municipality=city,
                chain=chain,
                reference=paid.reference,
            )
            for leg, yen in _split(await _legs(connection, paid), paid.yen)
        ]
        await book(connection, transfers, office.person.name)
        return True


def _check_same(paid: Payment, known: list[Recorded]) -> None:
    days = {one.day for one in known}
    if (days, sum(one.yen for one in known)) != ({paid.paid_on}, paid.yen):
        raise PaymentDiffers()


def _split(legs: list[_Leg], yen: int) -> list[tuple[_Leg, int]]:
    """Return how much of a payment goes where, the first debt first."""
    parts: list[tuple[_Leg, int]] = []
    left = yen
    for leg in legs:
        part = min(left, max(leg.open, 0))
        left -= part
        if part:
            parts.append((leg, part))
    if left:
        raise AmountRefused(f"{yen - left} yen are owed for closed days, not {yen}.")
    return parts


async def _legs(connection: Connection, paid: Payment) -> list[_Leg]:
    """Return the debts that a payment may settle, in their order."""
    party = paid.party
    match paid.purpose:
        case Purpose.PAID_OUT:
            debts = [((), owed(party), -1)]
        case Purpose.COMMISSION_PAID_OUT:
            debts = [((), owed_to_chain(party), -1)]
        case Purpose.SHARE_PAID:
            debts = [((), f"share:{party}", 1)]
        case Purpose.PAID_BACK:
            debts = [((), owed(party), 1)]
        case Purpose.CLAIM_RETURNED:
            debts = [((), claims_on(party), -1)]
        case _:
            debts = [(("tax",), commission_tax(party), 1), ((), commission(party), 1)]
    return [
        _Leg(
            of,
            HELD if sign > 0 else account,
            account if sign > 0 else HELD,
            sign * await _balance(connection, paid, account),
        )
        for of, account, sign in debts
    ]


async def _balance(connection: Connection, paid: Payment, account: str) -> int:
    """Return the balance of an account as far as it may be paid now."""
    balance = await settled_balance(connection, account)
    if paid.purpose is not Purpose.CLAIM_RETURNED:
        return balance
    # What the chain still owes does not lessen what goes back to it.
    claims = await open_claims(connection, chain=paid.party)
    return balance - sum(one.yen for one in claims if not one.own_machine)

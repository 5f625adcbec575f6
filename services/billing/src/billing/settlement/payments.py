"""Payments between the centre and the others, up to what is owed for closed days."""

from dataclasses import dataclass
from datetime import date

from madoguchi_wire.errors import AmountRefused, InvalidFields, PaymentDiffers
from madoguchi_wire.kit.pool import Connection

from billing.books.balances import settled_balance
from billing.books.office import Office
from billing.books.transfers import (
    HELD,
    Purpose,
    Transfer,
    book,
    commission,
    commission_tax,
    owed,
    owed_to_chain,
)
from billing.books.writing import writing
from billing.closing.calendar import read_calendar
from billing.rules.periods import period_for
from billing.statements.statement import Role

PARTIES = {
    Purpose.PAID_OUT: Role.MUNICIPALITY,
    Purpose.COMMISSION_PAID_IN: Role.MUNICIPALITY,
    Purpose.COMMISSION_PAID_OUT: Role.CHAIN,
    Purpose.SHARE_PAID: Role.MUNICIPALITY,
}
"""Who is on the other side."""
_KNOWN = """
    SELECT municipality, chain, day, sum(yen)::bigint AS yen FROM billing.transfers
    WHERE purpose = $1 AND subject = ANY($2::text[]) GROUP BY municipality, chain, day
"""


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
    subject: str
    debit: str
    credit: str
    open: int
    """Yen that may be paid at most."""


async def record_payment(connection: Connection, office: Office, paid: Payment) -> bool:
    """Book a payment; False if it was booked before, just so.

    Raises:
        AccountUnknown: the party has no contract.
        AmountRefused: no whole yen above zero, or more than is owed.
        InvalidFields: paid on a day to come.
        PaymentDiffers: the reference was booked with other facts.

    """
    role = PARTIES[paid.purpose]
    is_city = role is Role.MUNICIPALITY
    (office.check_municipality if is_city else office.check_chain)(paid.party)
    if paid.yen <= 0:
        raise AmountRefused(f"{paid.yen} yen cannot be paid.")
    if paid.paid_on > office.today:
        raise InvalidFields("The day of payment is still to come.")
    city, chain = (paid.party, None) if is_city else (None, paid.party)
    async with writing(connection):
        subjects = [paid.reference, f"{paid.reference}/tax"]
        known = await connection.fetch(_KNOWN, paid.purpose.value, subjects)
        if known:
            if [tuple(one) for one in known] != [(city, chain, paid.paid_on, paid.yen)]:
                raise PaymentDiffers()
            return False
        calendar = await read_calendar(connection)
        period = str(period_for(paid.paid_on, office.today, calendar.periods))
        transfers = [
            Transfer(
                paid.purpose,
                leg.subject,
                leg.debit,
                leg.credit,
                yen,
                paid.paid_on,
                period,
                municipality=city,
                chain=chain,
            )
            for leg, yen in _split(await _legs(connection, paid), paid.yen)
        ]
        await book(connection, transfers, office.person.name)
        return True


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
    party, reference = paid.party, paid.reference
    match paid.purpose:
        case Purpose.PAID_OUT:
            debts = [(reference, owed(party), -1)]
        case Purpose.COMMISSION_PAID_OUT:
            debts = [(reference, owed_to_chain(party), -1)]
        case Purpose.SHARE_PAID:
            debts = [(reference, f"share:{party}", 1)]
        case _:
            tax = (f"{reference}/tax", commission_tax(party), 1)
            debts = [tax, (reference, commission(party), 1)]
    return [
        _Leg(
            subject,
            HELD if sign > 0 else account,
            account if sign > 0 else HELD,
            sign * await settled_balance(connection, account),
        )
        for subject, account, sign in debts
    ]

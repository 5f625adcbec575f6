"""What chains pay in: fees of one municipality and day, under the bank's reference."""

from dataclasses import dataclass
from datetime import date

from madoguchi_wire.errors import AmountRefused, InvalidFields, PaymentDiffers
from madoguchi_wire.kit.pool import Connection

from billing.books.office import Office
from billing.books.transfers import HELD, Purpose, Transfer, book_one, cash
from billing.books.writing import writing
from billing.closing.calendar import read_calendar
from billing.rules.periods import period_for

_KNOWN = """
    SELECT chain, yen, paid_on FROM billing.pay_ins
    WHERE reference = $1 AND municipality = $2 AND day = $3
"""
_KEEP = """
    INSERT INTO billing.pay_ins
        (reference, chain, municipality, day, yen, paid_on, recorded_by, reason, transfer_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


@dataclass(frozen=True)
class PayIn:
    """Fees that a chain paid to the centre."""

    reference: str
    """The bank's, of the whole transfer."""
    chain: str
    municipality: str
    day: date
    """On which the fees were taken."""
    yen: int
    paid_on: date


async def record_pay_in(connection: Connection, office: Office, paid: PayIn) -> bool:
    """Book a pay-in; False if it was booked before, just so.

    Too much or too little is booked as it is: reconciliation names the difference.

    Raises:
        AccountUnknown: chain or municipality have no contract.
        AmountRefused: no whole yen above zero.
        InvalidFields: paid before the fees were taken, or in the future.
        PaymentDiffers: the reference was booked for this day with other facts.

    """
    office.check_chain(paid.chain)
    office.check_municipality(paid.municipality)
    if paid.yen <= 0:
        raise AmountRefused(f"{paid.yen} yen cannot be paid in.")
    if not paid.day <= paid.paid_on <= office.today:
        raise InvalidFields("The day of payment is on or after the fees' day, and not to come.")
    async with writing(connection):
        known = await connection.fetchrow(_KNOWN, paid.reference, paid.municipality, paid.day)
        if known is not None:
            if tuple(known) != (paid.chain, paid.yen, paid.paid_on):
                raise PaymentDiffers()
            return False
        calendar = await read_calendar(connection)
        transfer = Transfer(
            Purpose.PAID_IN,
            f"{paid.reference}/{paid.municipality}/{paid.day}",
            HELD,
            cash(paid.chain),
            paid.yen,
            paid.paid_on,
            str(period_for(paid.paid_on, office.today, calendar.periods)),
            municipality=paid.municipality,
            chain=paid.chain,
        )
        booked = await book_one(connection, transfer, office.person.name)
        facts = (paid.chain, paid.municipality, paid.day, paid.yen, paid.paid_on)
        person = office.person
        await connection.execute(_KEEP, paid.reference, *facts, person.name, person.reason, booked)
        return True

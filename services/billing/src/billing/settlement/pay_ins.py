"""What chains pay in: fees of one municipality and day, under the bank's reference."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date

from madoguchi_wire.errors import InvalidFields, PaymentDiffers
from madoguchi_wire.kit.pool import Connection

from billing.books.office import Office
from billing.books.transfers import HELD, Purpose, Transfer, book, cash
from billing.books.writing import writing
from billing.closing.calendar import read_calendar
from billing.rules.payments import check_day, check_facts
from billing.rules.periods import period_for
from billing.settlement.recorded import subject

_KNOWN = """
    SELECT chain, yen, paid_on,
           EXISTS (SELECT FROM billing.transfers AS r WHERE r.reverses = p.transfer_id) AS reversed
    FROM billing.pay_ins AS p WHERE reference = $1 AND municipality = $2 AND day = $3
"""
_BEFORE = "SELECT municipality, day FROM billing.pay_ins WHERE reference = $1"
_KEEP = """
    INSERT INTO billing.pay_ins (reference, chain, municipality, day, yen, paid_on, statement,
        recorded_by, reason, transfer_id)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, transfer_id FROM billing.transfers
    WHERE purpose = 'paid_in' AND subject = $10
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
        AmountRefused: no whole yen above zero, or more than any bank transfers.
        InvalidFields: paid before the fees were taken, or on no day of the books; no reference.
        PaymentDiffers: the reference was booked for this day with other facts.

    """
    office.check_chain(paid.chain)
    office.check_municipality(paid.municipality)
    check_facts(paid.reference, paid.yen)
    if not paid.day <= paid.paid_on <= office.today:
        raise InvalidFields("The day of payment is on or after the fees' day, and not to come.")
    async with writing(connection):
        rows = await connection.fetch(_KNOWN, paid.reference, paid.municipality, paid.day)
        standing = [tuple(row)[:3] for row in rows if not row["reversed"]]
        if standing:
            if standing != [(paid.chain, paid.yen, paid.paid_on)]:
                raise PaymentDiffers()
            return False
        calendar = await read_calendar(connection)
        check_day(paid.day, calendar.first_day, office.today)
        await book_pay_ins(connection, office, [paid])
        return True


async def book_pay_ins(
    connection: Connection, office: Office, many: Sequence[PayIn], statement: str | None = None
) -> None:
    """Book pay-ins under one reference that nobody has booked, in the writer's transaction.

    Args:
        connection: whose transaction.
        office: in whose name.
        many: at least one; each of another municipality or day.
        statement: the number of the chain's statement that they pay.

    """
    calendar, person = await read_calendar(connection), office.person
    before = Counter(tuple(row) for row in await connection.fetch(_BEFORE, many[0].reference))
    subjects = [
        subject(
            one.reference,
            one.municipality,
            str(one.day),
            reversed_before=before[one.municipality, one.day],
        )
        for one in many
    ]
    transfers = [
        Transfer(
            Purpose.PAID_IN,
            about,
            HELD,
            cash(one.chain),
            one.yen,
            one.paid_on,
            str(period_for(one.paid_on, office.today, calendar.periods)),
            municipality=one.municipality,
            chain=one.chain,
            reference=one.reference,
        )
        for one, about in zip(many, subjects, strict=True)
    ]
    await book(connection, transfers, person.name)
    rows = [
        (*astuple(one), statement, person.name, person.reason, about)
        for one, about in zip(many, subjects, strict=True)
    ]
    await connection.executemany(_KEEP, rows)

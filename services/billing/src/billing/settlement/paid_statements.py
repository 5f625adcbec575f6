"""A chain pays a month in one sum: it is booked as the chain's statement lays it out."""

from dataclasses import dataclass
from datetime import date

from madoguchi_wire.errors import (
    AmountRefused,
    InvalidFields,
    PaymentDiffers,
    StatementUnknown,
)
from madoguchi_wire.kit.pool import Connection

from billing.books.office import Office
from billing.books.writing import writing
from billing.owed.open_days import open_days
from billing.owed.reached import at_close
from billing.rules.payments import check_facts
from billing.rules.periods import Period
from billing.settlement.pay_ins import PayIn, book_pay_ins
from billing.statements.making import find_statement
from billing.statements.statement import Role, Statement

_KNOWN = """
    SELECT chain, statement, paid_on, sum(yen)::bigint AS yen FROM billing.pay_ins AS p
    WHERE reference = $1
      AND NOT EXISTS (SELECT FROM billing.transfers AS r WHERE r.reverses = p.transfer_id)
    GROUP BY chain, statement, paid_on
"""


@dataclass(frozen=True)
class StatementPayment:
    """What a chain paid to the centre of a statement, in one transfer of its bank."""

    statement: str
    """Its number."""
    yen: int
    reference: str
    """The bank's."""
    paid_on: date


async def pay_statement(connection: Connection, office: Office, paid: StatementPayment) -> bool:
    """Book a pay-in for each municipality and day that is open; False if it was, just so.

    Raises:
        AccountUnknown: the chain has no contract any more.
        AmountRefused: another sum is open; it says by how much.
        InvalidFields: paid before the fees were taken, or on a day to come; no reference.
        PaymentDiffers: the reference was booked with other facts.
        StatementUnknown: there is no such statement of a chain.

    """
    check_facts(paid.reference, paid.yen)
    async with writing(connection):
        statement = await find_statement(connection, paid.statement)
        if statement.party.role is not Role.CHAIN:
            raise StatementUnknown(f"{statement.number} is a municipality's: chains pay fees in.")
        chain = statement.party.code
        office.check_chain(chain)
        known = await connection.fetch(_KNOWN, paid.reference)
        if known:
            mine = (chain, statement.number, paid.paid_on, paid.yen)
            if [tuple(row) for row in known] != [mine]:
                raise PaymentDiffers()
            return False
        reached = (await at_close(connection, Period.of(statement.period))).today
        cells = await open_days(connection, chain, reached)
        _check_sum(paid, statement, sum(cells.values()))
        last = max(day for _, day in cells)
        if not last <= paid.paid_on <= office.today:
            raise InvalidFields(f"The day of payment is from {last} to {office.today}.")
        pay_ins = [
            PayIn(paid.reference, chain, municipality, day, yen, paid.paid_on)
            for (municipality, day), yen in cells.items()
        ]
        await book_pay_ins(connection, office, pay_ins, statement.number)
        return True


def _check_sum(paid: StatementPayment, statement: Statement, due: int) -> None:
    if paid.yen == due:
        return
    word = "too much" if paid.yen > due else "too little"
    raise AmountRefused(
        f"Of {statement.number} {due:,} yen are open: {paid.yen:,} are"
        f" {abs(paid.yen - due):,} {word}. What came can be recorded day by day, as a pay-in."
    )

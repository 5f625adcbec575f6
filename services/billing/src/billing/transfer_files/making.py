"""The transfer file of one payer for a period, from the statements that were made of it.

Fees go from the chains to the centre and on to the municipalities; the commission comes back the
same way, and with it the municipality's share.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from madoguchi_wire.errors import (
    AccountUnknown,
    InvalidFields,
    NothingToTransfer,
    StatementUnknown,
)
from madoguchi_wire.kit.pool import Executor

from billing.books.office import Office
from billing.contracts.contracts import Contracts, NoContract
from billing.contracts.files import Payer
from billing.rules.periods import Period
from billing.statements.making import list_statements
from billing.statements.statement import Role, Statement
from billing.transfer_files.transfer import Payment, to_pay
from billing.transfer_files.zengin import NotTransferable, transfer_file

CENTRE = "centre"
_AHEAD = timedelta(days=365)
_LATE = 13
"""Stands for the month in references of late entries."""
_SHARE = 14
"""And of the yearly share."""


async def make_transfer_file(
    connection: Executor, office: Office, period: Period, payer: str, on: date
) -> bytes:
    """Return what `payer` (`centre`, a chain or a municipality's code) gives to its bank.

    Args:
        connection: to the books.
        office: under whose contracts.
        period: a closed one, whose statements were made.
        payer: whose file it is.
        on: the day on which the bank shall pay.

    Raises:
        AccountUnknown: the payer has no contract.
        InvalidFields: the day is past, or so far off that its month and day mean an earlier one.
        StatementUnknown: the statements of the period were not made.
        NothingToTransfer: the payer owes nothing, or more than a file holds.

    """
    contract = _contract(office, payer)
    if not timedelta(0) <= on - office.today < _AHEAD:
        raise InvalidFields(f"Banks pay from {office.today} on, and within a year: {on} is not.")
    statements = await list_statements(connection, period)
    if not statements:
        raise StatementUnknown(f"The statements of {period} were not made: make them first.")
    try:
        payments = to_pay(_payments(office.contracts, statements, period, payer))
        return transfer_file(contract, payments, on)
    except NoContract as error:
        raise AccountUnknown(f"{error}.") from error
    except NotTransferable as error:
        raise NothingToTransfer(f"{payer}, {period}: {error}.") from error


def _contract(office: Office, payer: str) -> Payer:
    contracts = office.contracts
    if payer == CENTRE:
        return contracts.centre
    if payer.isdigit():
        office.check_municipality(payer)
        return contracts.municipality(payer)
    office.check_chain(payer)
    return contracts.chain(payer)


def _payments(
    contracts: Contracts, statements: Sequence[Statement], period: Period, payer: str
) -> Iterator[Payment]:
    for statement in statements:
        party, totals = statement.party, statement.totals
        is_city = party.role is Role.MUNICIPALITY
        reference = _reference(period, party.code if is_city else "")
        if payer == CENTRE:
            theirs = contracts.municipality if is_city else contracts.chain
            yield Payment(theirs(party.code).account, totals.to_receive, reference)
        elif party.code == payer:
            # The yearly share is a payment of its own.
            account = contracts.centre.account
            yield Payment(account, totals.to_pay - totals.share, reference)
            yield Payment(account, totals.share, _reference(period, party.code, _SHARE))


def _reference(period: Period, code: str, month: int | None = None) -> str:
    """Return twenty digits: whose statement of which month; chains have no number."""
    return f"{period.year:04}{month or period.month or _LATE:02}".rjust(10, "0") + code.rjust(
        10, "0"
    )

"""The transfer file of one payer for a period, made once and kept.

Whoever asks again gets the same bytes, so that nothing is ordered twice by mistake.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from madoguchi_wire.errors import (
    AccountUnknown,
    InvalidFields,
    NothingToTransfer,
    StatementUnknown,
    TransferFileMade,
)
from madoguchi_wire.kit.pool import Connection

from billing.accounts.in_force import (
    contracts_to_pay_by,
    keep_first_accounts,
    lacking_account,
    not_in_force,
)
from billing.books.office import Office
from billing.books.writing import writing
from billing.contracts.contracts import Contracts, NoContract
from billing.rules.periods import Period
from billing.statements.making import list_statements
from billing.transfer_files.entries import open_entries
from billing.transfer_files.kept import TransferFile, keep, list_transfer_files
from billing.transfer_files.rebuilding import differences, payer_of, payment_of
from billing.transfer_files.zengin import NotTransferable, transfer_file

_AHEAD = timedelta(days=365)


@dataclass(frozen=True)
class Asked:
    """Which file is asked for."""

    period: Period
    """A closed one, whose statements were made."""
    payer: str
    """`centre`, a chain or a municipality's code."""
    pay_day: date
    """On which the bank shall pay."""
    rest: bool = False
    """Not the file that was made, but another one, of what is still owed now."""


@dataclass(frozen=True)
class MadeFile:
    """A file, new or as it was made before."""

    file: TransferFile
    is_new: bool


async def make_transfer_file(connection: Connection, office: Office, asked: Asked) -> MadeFile:
    """Make and keep what a payer gives to its bank, or give again what was made.

    Raises:
        AccountUnknown: the payer, or somebody who is paid, has no contract.
        AccountNotInForce: a contract file of theirs has another account than the one in force.
        InvalidFields: the day is past, or so far off that its month and day mean an earlier one.
        StatementUnknown: the statements of the period were not made.
        NothingToTransfer: the payer owes nothing any more, or more than a file holds.
        TransferFileMade: it was made for another day, or with other accounts.

    """
    _check_contract(office, asked.payer)
    async with writing(connection):
        before = await list_transfer_files(connection, asked.period, asked.payer)
        if before and not asked.rest:
            last = _again(before[-1], asked)
            in_force = await keep_first_accounts(connection, office)
            check_accounts(office.contracts, last, in_force)
            return MadeFile(last, is_new=False)
        made = await _made(connection, office, asked, part=len(before) + 1)
        if before and (made.pay_day, made.content) == (before[-1].pay_day, before[-1].content):
            return MadeFile(before[-1], is_new=False)
        await keep(connection, made, office)
        return MadeFile(made, is_new=True)


def _again(last: TransferFile, asked: Asked) -> TransferFile:
    if last.pay_day != asked.pay_day:
        raise TransferFileMade(
            f"{last.number} was made for {last.pay_day}: ask for that day to have it again, or for"
            " the rest, once all that the bank paid of it is recorded."
        )
    return last


async def _made(connection: Connection, office: Office, asked: Asked, part: int) -> TransferFile:
    if not timedelta(0) <= asked.pay_day - office.today < _AHEAD:
        raise InvalidFields(
            f"Banks pay from {office.today} on, and within a year: {asked.pay_day} is not."
        )
    statements = await list_statements(connection, asked.period)
    if not statements:
        raise StatementUnknown(
            f"There are no statements of {asked.period}: make them first, if anything is in it."
        )
    try:
        entries = await open_entries(connection, statements, asked.period, asked.payer)
        if not entries:
            raise NothingToTransfer(f"{asked.payer}, {asked.period}: nothing is owed.")
        parties = (asked.payer, *(one.payee for one in entries))
        contracts = await contracts_to_pay_by(connection, office, parties)
        payments = [payment_of(contracts, one) for one in entries]
        content = transfer_file(payer_of(contracts, asked.payer), payments, asked.pay_day)
    except NoContract as error:
        raise AccountUnknown(f"{error}.") from error
    except NotTransferable as error:
        raise NothingToTransfer(f"{asked.payer}, {asked.period}: {error}.") from error
    whose = str(asked.period), asked.payer, part, asked.pay_day
    return TransferFile(*whose, tuple(entries), content)


def _check_contract(office: Office, payer: str) -> None:
    """Pass a payer with a contract; raises AccountUnknown."""
    try:
        payer_of(office.contracts, payer)
    except NoContract as error:
        raise AccountUnknown(f"{error}.") from error


def check_accounts(contracts: Contracts, file: TransferFile, in_force: Mapping[str, str]) -> None:
    """Pass a kept file whose bytes are what its entries and the accounts in force now make.

    Raises:
        TransferFileMade: it names other accounts, or orders something else.

    """
    parties = (file.payer, *(one.payee for one in file.entries))
    lacking = lacking_account(contracts, parties, in_force)
    found = [
        *differences(contracts, file, in_force),
        *(not_in_force(one, in_force[one]) for one in lacking),
    ]
    if found:
        raise TransferFileMade(
            f"{file.number} is not given out: {'; '.join(found)}. Find out why; if an account was"
            " changed since by a decision, ask for the rest, once all that the bank paid of it is"
            " recorded."
        )

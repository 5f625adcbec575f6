"""All checks, over one moment of the books."""

from madoguchi_wire.kit.pool import Connection

from billing.checking.accounts import Keys, account_faults, no_keys
from billing.checking.contracted import contract_faults
from billing.checking.fault import Fault
from billing.checking.invoices import invoice_faults
from billing.checking.occasions import occasion_faults
from billing.checking.papers import paper_faults
from billing.checking.statements import statement_faults
from billing.checking.sums import sum_faults
from billing.checking.transfer_files import transfer_file_faults
from billing.checking.transfers import transfer_faults
from billing.closing.calendar import read_calendar
from billing.contracts.contracts import Contracts


async def check(connection: Connection, contracts: Contracts, keys: Keys = no_keys) -> list[Fault]:
    """Return all faults, in the order of papers, transfers, sums and documents.

    Args:
        connection: to the books.
        contracts: as the files have them.
        keys: gives those that municipalities consent with; asked if there is a consent.

    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await faults_of(connection, contracts, keys)


async def faults_of(
    connection: Connection, contracts: Contracts, keys: Keys = no_keys
) -> list[Fault]:
    """Return all faults within the transaction of the connection."""
    return [
        *await book_faults(connection, contracts),
        *await statement_faults(connection),
        *await invoice_faults(connection),
        *await transfer_file_faults(connection, contracts),
        *await account_faults(connection, contracts, keys),
    ]


async def book_faults(connection: Connection, contracts: Contracts) -> list[Fault]:
    """Return the faults of papers, transfers and sums, as `faults_of`."""
    return [
        *await paper_faults(connection, await read_calendar(connection)),
        *await transfer_faults(connection),
        *await occasion_faults(connection),
        *await contract_faults(connection, contracts),
        *await sum_faults(connection),
    ]

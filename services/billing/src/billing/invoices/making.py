"""Makes the invoices of closed periods, once each, and finds them again."""

from collections import defaultdict
from datetime import date
from typing import Any

import asyncpg
from madoguchi_wire.errors import (
    AccountUnknown,
    InvoiceUnknown,
    LedgerUnexplained,
    PeriodNotClosed,
)
from madoguchi_wire.kit.pool import Connection, Executor

from billing.accounts.in_force import contracts_to_pay_by
from billing.books.kept import body_digest, read_kept
from billing.books.office import Office
from billing.books.suppliers import with_kept_suppliers
from billing.books.writing import writing
from billing.closing.billed import check_billed
from billing.contracts.contracts import CENTRE, NoContract
from billing.invoices.invoice import VERSION, Billed, Commission, Invoice, invoices
from billing.rules.periods import Period
from billing.rules.tax import rate_on

_IS_CLOSED = "SELECT EXISTS (SELECT FROM billing.periods WHERE period = $1)"
_ARE_MADE = "SELECT EXISTS (SELECT FROM billing.invoices WHERE period = $1)"
_PAPERS = """
    SELECT municipality, chain, accepted_on, commission, count(*) AS papers
    FROM billing.papers WHERE period = $1 AND commission > 0
    GROUP BY municipality, chain, accepted_on, commission
"""
_TAX = """
    SELECT municipality, sum(yen)::bigint AS yen FROM billing.transfers
    WHERE period = $1 AND purpose = 'tax' GROUP BY municipality
"""
_SET_OFF = """
    SELECT DISTINCT municipality FROM billing.transfers
    WHERE period = $1 AND purpose = 'set_off' AND yen > 0
"""
_KEEP = """
    INSERT INTO billing.invoices (number, period, body, digest, recorded_by, version)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
_FIND = "SELECT number, body, digest FROM billing.invoices WHERE number = $1"
_LIST = "SELECT number, body, digest FROM billing.invoices WHERE period = $1 ORDER BY number"


async def make_invoices(connection: Connection, office: Office, period: Period) -> list[str]:
    """Make and keep all invoices of a period; return their numbers, or none if they were made.

    Raises:
        PeriodNotClosed: the period is open.
        AccountUnknown: a chain or municipality has no contract any more.
        AccountNotInForce: the centre's contract file has another account than the one in force.
        LedgerUnexplained: their tax is not what was booked at the close, or a paper is not
            metered so.

    """
    async with writing(connection):
        if not await connection.fetchval(_IS_CLOSED, str(period)):
            raise PeriodNotClosed(f"{period} is open: there are invoices for closed periods only.")
        if await connection.fetchval(_ARE_MADE, str(period)):
            return []
        await check_billed(connection, period)
        try:
            made = await _built(connection, office, period)
        except NoContract as error:
            raise AccountUnknown(f"{error}.") from error
        await _check_tax(connection, period, made)
        for invoice in made:
            body: dict[str, Any] = invoice.model_dump(mode="json")
            kept = (invoice.number, str(period), body, body_digest(body), office.person.name)
            await connection.execute(_KEEP, *kept, invoice.version)
        return [invoice.number for invoice in made]


async def find_invoice(connection: Executor, number: str) -> Invoice:
    """Return an invoice that was made.

    Raises:
        InvoiceUnknown: there is none of this number.
        DocumentUnreadable: it is not what was kept, or in a form that this build does not read.

    """
    row = await connection.fetchrow(_FIND, number)
    if row is None:
        raise InvoiceUnknown(f"There is no invoice {number}.")
    return _read(row)


async def list_invoices(connection: Executor, period: Period) -> list[Invoice]:
    """Return the invoices that were made of a period, by number; raises DocumentUnreadable."""
    return [_read(row) for row in await connection.fetch(_LIST, str(period))]


def _read(row: asyncpg.Record) -> Invoice:
    return read_kept(Invoice, VERSION, f"invoice {row['number']}", row["body"], row["digest"])


async def _check_tax(connection: Connection, period: Period, made: tuple[Invoice, ...]) -> None:
    """Hold the taxes against the close: of other suppliers they are rounded in another way."""
    asked: dict[str, int] = defaultdict(int)
    for invoice in made:
        asked[invoice.recipient_code] += invoice.tax
    for row in await connection.fetch(_TAX, str(period)):
        code, booked = row["municipality"], row["yen"]
        if asked[code] != booked:
            raise LedgerUnexplained(
                f"{period}, municipality {code}: invoices with {asked[code]} yen of tax, and the"
                f" close booked {booked}: use the contracts of the day of the close."
            )


async def _built(connection: Connection, office: Office, period: Period) -> tuple[Invoice, ...]:
    papers: dict[tuple[str, str, int, int], int] = defaultdict(int)
    days: list[date] = []
    for row in await connection.fetch(_PAPERS, str(period)):
        days.append(row["accepted_on"])
        rate = rate_on(row["accepted_on"])
        papers[row["municipality"], row["chain"], rate, row["commission"]] += row["papers"]
    # Late entries are of days before the period; the supply is of those days.
    first = min([*days, period.first_day])
    last = period.last_day if period.month else max(days, default=period.first_day)
    earned = (Commission(*key, papers=count) for key, count in papers.items())
    set_off = await connection.fetch(_SET_OFF, str(period))
    netted = frozenset(row["municipality"] for row in set_off)
    billed = Billed(str(period), first, last, office.today, netted)
    payable = await contracts_to_pay_by(connection, office, [CENTRE])
    contracts = await with_kept_suppliers(connection, payable, period)
    return invoices(earned, contracts, billed)
